import { endProcess } from '../processes/index.ts';
import { folderToStop, helpText, readOptions } from './command-line.ts';
import { stderrLog } from './log.ts';
import { runRouter } from './router.ts';
import { exitCodes, RouterError } from './router-error.ts';
import { processFile } from './state-folder.ts';

// The program `slipway-router.mjs`; `slipway router` loads this file too, with its own name in front of the arguments.
const args = process.argv.slice(2);
if (args[0] === 'router') args.shift();
process.exit(await main(args));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(helpText);
    return exitCodes.stopped;
  }
  try {
    const folder = folderToStop(args);
    if (folder !== undefined) return await stop(folder);
    const options = readOptions(args);
    const ending = new AbortController();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort());
    // A closed terminal must not end what others' requests go through.
    process.on('SIGHUP', () => {});
    await runRouter(options, stderrLog, ending.signal);
    return exitCodes.stopped;
  } catch (error) {
    const isExpected = error instanceof RouterError;
    stderrLog(isExpected ? error.message : `unexpected: ${(error as Error)?.stack ?? error}`);
    return isExpected ? error.exitCode : exitCodes.unexpected;
  }
}

async function stop(folder: string): Promise<number> {
  const wasThere = await endProcess(processFile(folder), 20_000);
  process.stdout.write(wasThere ? 'stopped\n' : `no router runs in ${folder}\n`);
  return exitCodes.stopped;
}
