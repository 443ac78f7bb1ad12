/** What one picture may cost (contract nhn-image-manager 5.7). A process over its memory or time is killed. */
export interface PipelineLimits {
  /** Width × height × frames of what is read, and of what is made. */
  readonly pixels: number;
  /** Pieces of one split. */
  readonly pieces: number;
  /** For one request, in milliseconds. */
  readonly time: number;
  /** Resident memory of one process while it works, in bytes. */
  readonly memory: number;
}

/** The limits of the contract; memory is generous for the largest pictures that it lets in. */
export const defaultLimits: PipelineLimits = {
  pixels: 268_402_689,
  pieces: 1_000,
  time: 30_000,
  memory: 1_536 * 1024 * 1024,
};
