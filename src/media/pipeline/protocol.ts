import type { ErrorCode } from '../../errors/index.ts';
import type { ImageFacts } from '../formats/index.ts';
import type { PipelineLimits } from './limits.ts';
import type { MadePicture, MakeRequest } from './pipeline.ts';

/** One request to a child process. Only paths and data go over the channel, never pixels. */
export type PixelTask =
  | { readonly kind: 'examine'; readonly file: string }
  | { readonly kind: 'make'; readonly request: MakeRequest };

/** What the server sends: a task, and what it may cost. */
export interface PixelRequest {
  readonly task: PixelTask;
  readonly limits: PipelineLimits;
}

/** What a child process answers, with its resident memory in bytes afterwards; or that it needs more than it may. */
export type PixelAnswer =
  | { readonly kind: 'done'; readonly result: ImageFacts | readonly MadePicture[]; readonly memory: number }
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly internal?: string;
      readonly memory: number;
    }
  | { readonly kind: 'over-memory' };
