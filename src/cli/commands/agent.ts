import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';

/**
 * `slipway agent …`. The agent reads its own arguments, because it is also a program of its own without this command
 * line; `slipway.ts` starts it before anything here is asked. This entry is what the help shows.
 */
export const agentCommand = buildCommand<Record<never, never>, string[], CliContext>({
  docs: {
    brief: 'Run the agent of this machine (`slipway agent --help`)',
    fullDescription: 'slipway agent --server URL --token TOKEN --name NAME --state DIR',
  },
  parameters: { positional: { kind: 'array', parameter: { brief: 'Options of the agent', parse: String } } },
  func() {
    return runAgentProgram();
  },
});

/** Runs the agent with the process's own arguments until it is told to end. */
export async function runAgentProgram(): Promise<void> {
  await import('../../agent/main.ts');
}
