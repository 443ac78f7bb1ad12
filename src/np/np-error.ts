/** What the program's exit status means; `np deployment watch` has more of its own (`watch/exit-code.ts`). */
export const exitCodes = {
  done: 0,
  /** The API refused, or something went wrong on the way. */
  failed: 1,
  /** Unknown word or flag, a flag without its value, a body that is none. */
  usage: 2,
} as const;

/** An error that is told in words, without a stack, and sets the exit status. */
export class NpError extends Error {
  override readonly name = 'NpError';
  readonly exitCode: number;
  /** The same call may succeed in a moment: nobody answered, or who answered said so. */
  readonly isPassing: boolean;

  constructor(exitCode: number, message: string, { isPassing = false } = {}) {
    super(message);
    this.exitCode = exitCode;
    this.isPassing = isPassing;
  }
}

/** The command line was wrong: exit status 2. */
export const wrongUsage = (message: string): NpError => new NpError(exitCodes.usage, message);
/** The command could not be done: exit status 1. */
export const failure = (message: string): NpError => new NpError(exitCodes.failed, message);
