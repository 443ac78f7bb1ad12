import type { Logger } from 'pino';
import type { BlobStore, Clock, Storage } from '../storage/index.ts';
import type { WorkQueue } from '../work/index.ts';
import type { Derivatives } from './derivatives.ts';
import type { Pipeline } from './pipeline/index.ts';
import type { Removals } from './removals.ts';
import type { Tasks } from './tasks.ts';
import type { Tree } from './tree.ts';
import type { Usage } from './usage.ts';

/** What the media library is built from. */
export interface MediaParts {
  readonly storage: Storage;
  readonly blobs: BlobStore;
  readonly work: WorkQueue;
  readonly pipeline: Pipeline;
  readonly clock: Clock;
  readonly log: Logger;
  /** For pictures that are being made; emptied at start. */
  readonly workFolder: string;
}

/** Something changed at this path, or at and below it (`subtree`): a file came, changed or went. */
export interface MediaChange {
  readonly library: string;
  readonly path: string;
  readonly subtree: boolean;
}

/** The media library: trees of pictures, recipes run on them, and what they used. It knows no product. */
export interface Media {
  readonly tree: Tree;
  readonly removals: Removals;
  readonly derivatives: Derivatives;
  readonly tasks: Tasks;
  readonly usage: Usage;
  /** The processes that decode and encode. */
  readonly pipeline: Pipeline;
  /**
   * Calls `listener` after the commit of each change, in every replica, and with undefined when some may have been
   * missed; what was cached by path has to be read again. In the process that wrote, before the writer goes on.
   */
  onChange(listener: (change: MediaChange | undefined) => void): () => void;
  /** Empties the work folder and starts the timers; after the work kinds are registered, before the queue starts. */
  start(): Promise<void>;
  /** Writes the counters and ends the pipeline. */
  stop(): Promise<void>;
}
