/** What the worker thread is started with. */
export interface WorkerStart {
  readonly file: string;
  /** One 32-bit number: not 0 once the thread is to end, so that a batch that is being read stops at its next row. */
  readonly ending: SharedArrayBuffer;
}

/** What the worker thread is asked; `id` names the scan or the backup. */
export type WorkerRequest = { readonly id: number } & (
  | {
      readonly kind: 'scan';
      readonly sql: string;
      readonly parameters: readonly unknown[];
      readonly batchSize: number;
    }
  /** The next batch of the scan. */
  | { readonly kind: 'next' }
  /** No more of the scan. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'backup'; readonly file: string }
  /** Everything open is closed, and the thread ends by itself. */
  | { readonly kind: 'end' }
);

/** What it answers, one to each `scan`, `next` and `backup`. A batch of no rows is the end of its scan. */
export type WorkerAnswer = { readonly id: number } & (
  | { readonly kind: 'rows'; readonly rows: readonly unknown[] }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly internal: string }
);
