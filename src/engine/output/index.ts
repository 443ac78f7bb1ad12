export { OutputFiles, type StreamName } from './output-files.ts';
export { tailInPack } from './pack.ts';
export { type PackOutputInput, packOutput, packOutputKind } from './pack-work.ts';
