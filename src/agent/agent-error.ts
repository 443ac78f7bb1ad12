/** What the agent's exit code says; the systemd unit does not restart after `usage` and `refused`. */
export const exitCodes = { stopped: 0, unexpected: 1, usage: 2, refused: 3, stateInUse: 4 } as const;

/** An error that ends the agent with a message for its operator, without a stack. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
