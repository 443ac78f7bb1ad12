/** What the router's exit status says. */
export const exitCodes = {
  stopped: 0,
  unexpected: 1,
  usage: 2,
  stateInUse: 4,
  addressInUse: 5,
} as const;

/** A foreseen end of the program: its message is for the operator, its exit code for whatever supervises it. */
export class RouterError extends Error {
  override readonly name = 'RouterError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
