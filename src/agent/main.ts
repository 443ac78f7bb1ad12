import { runAgent } from './agent.ts';
import { AgentError, exitCodes } from './agent-error.ts';
import { helpText, readOptions } from './command-line.ts';
import { stderrLog } from './log.ts';
import { checkPlatform } from './platform-check.ts';
import { startAgain } from './update.ts';
import { ownVersion } from './version.ts';

// The program `slipway-agent.mjs`; `slipway agent` loads this file too, with its own name in front of the arguments.
const args = process.argv.slice(2);
if (args[0] === 'agent') args.shift();
process.exitCode = await main(args);

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) return print(helpText);
  if (args.includes('--version')) return print(`${ownVersion()}\n`);
  try {
    checkPlatform(process.platform, process.version);
    const options = readOptions(args, process.env);
    const stop = new AbortController();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
    // A closed terminal must not end the agent's steps.
    process.on('SIGHUP', () => {});
    const end = await runAgent(options, ownVersion(), stderrLog, stop.signal);
    if (end === 'updated' && !options.supervised) startAgain();
    return exitCodes.stopped;
  } catch (error) {
    const isExpected = error instanceof AgentError;
    stderrLog(isExpected ? error.message : `unexpected: ${(error as Error)?.stack ?? error}`);
    return isExpected ? error.exitCode : exitCodes.unexpected;
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return exitCodes.stopped;
}
