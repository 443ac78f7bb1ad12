export type { MadePicture, MakeRequest, Pipeline } from './pipeline.ts';
