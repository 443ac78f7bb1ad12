import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';

/**
 * `slipway router …`. The router reads its own arguments, because it is also a program of its own without this command
 * line; `slipway.ts` starts it before anything here is asked. This entry is what the help shows.
 */
export const routerCommand = buildCommand<Record<never, never>, string[], CliContext>({
  docs: {
    brief: 'Run a router of requests to what is deployed (`slipway router --help`)',
    fullDescription:
      'slipway router --server URL --token-file FILE --state DIR [--port N --host ADDRESS]\nslipway router --stop --state DIR',
  },
  parameters: { positional: { kind: 'array', parameter: { brief: 'Options of the router', parse: String } } },
  func() {
    return runRouterProgram();
  },
});

/** Runs the router with the process's own arguments until it is told to end. */
export async function runRouterProgram(): Promise<void> {
  await import('../../router/main.ts');
}
