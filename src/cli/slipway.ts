import { proposeCompletions, run } from '@stricli/core';
import { createApiClient } from './api-client.ts';
import { application } from './application.ts';
import { runAgentProgram } from './commands/agent.ts';
import { completeWord } from './commands/completion.ts';
import { runRouterProgram } from './commands/router.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';

// The program `slipway`: dispatch, and what the process's exit status is.
const context: CliContext = {
  process: process as CliContext['process'],
  api: () => createApiClient(process.env),
};
const [command, ...rest] = process.argv.slice(2);

// `slipway get … | head` closes our output early; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

if (command === 'agent') await runAgentProgram();
else if (command === 'router') await runRouterProgram();
else if (command === completeWord) await complete(rest.slice(1));
else {
  await run(application, process.argv.slice(2), context);
  // The library's own codes are negative: they all mean wrong usage, but for errors inside commands.
  if (typeof process.exitCode === 'number' && process.exitCode < 0) process.exitCode = exitCodes.usage;
}

/** Prints a proposal a line for the words that stand on the shell's command line so far. */
async function complete(words: readonly string[]): Promise<void> {
  const line = process.env.COMP_LINE;
  const inputs = line?.endsWith(' ') && words.at(-1) !== '' ? [...words, ''] : words;
  for (const { completion } of await proposeCompletions(application, inputs, context)) {
    process.stdout.write(`${completion}\n`);
  }
}
