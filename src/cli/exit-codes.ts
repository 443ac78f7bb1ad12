/** What the program's exit status means; `slipway --help` and docs/cli.md list them. */
export const exitCodes = {
  done: 0,
  /** The server refused, or something went wrong on the way. */
  failed: 1,
  /** Wrong usage: unknown command, flag or value. */
  usage: 2,
  /** No access key, a wrong one, or one that may not do this. */
  forbidden: 3,
  notFound: 4,
  /** The server cannot be reached. */
  unreachable: 5,
  /** The rollout that was run or watched ended otherwise than `succeeded`. */
  rolloutFailed: 6,
} as const;

/** An error that is told in one line, without a stack, and sets the exit status. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
