export { createPipeline, type PipelineOptions } from './create-pipeline.ts';
export type { PipelineLimits } from './limits.ts';
export { removePieces } from './piece-file.ts';
export type { MadePicture, MakeRequest, Pipeline } from './pipeline.ts';
