import { execFile, spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Connection } from './connection.ts';
import type { Log } from './log.ts';

/** A failed update is tried again after this time: most often the server was just being restarted. */
const retryMilliseconds = 60_000;

/**
 * Returns a function that puts the server's program in the place of the running one and says whether it did. It does
 * nothing unless the running program is the copy in the state folder: what was installed otherwise is not ours to change.
 */
export function createUpdater(
  program: string,
  running: string,
  connection: Connection,
  log: Log,
): (version: string | undefined) => Promise<boolean> {
  let notBefore = 0;
  return async (version) => {
    if (version === running || !isRunning(program) || Date.now() < notBefore) return false;
    notBefore = Date.now() + retryMilliseconds;
    try {
      const installed = await install(program, version, connection);
      log(`updated from ${running} to ${installed}`);
      return installed !== running;
    } catch (error) {
      log(`cannot update: ${(error as Error).message}; trying again in a minute`);
      return false;
    }
  };
}

/** Starts the installed program in the place of this one, with the same arguments; the caller exits next. */
export function startAgain(): void {
  spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    detached: true,
    stdio: 'inherit',
  }).unref();
}

function isRunning(program: string): boolean {
  try {
    return realpathSync(process.argv[1] ?? '') === realpathSync(program);
  } catch {
    return false;
  }
}

/** Fetches the program, makes sure that it starts and is what was promised, and swaps it in atomically. Returns its version. */
async function install(
  program: string,
  version: string | undefined,
  connection: Connection,
): Promise<string> {
  const fresh = program.replace(/\.mjs$/, '.new.mjs');
  const response = await connection.get('/agent/slipway-agent.mjs', { timeoutMilliseconds: 30_000 });
  const handle = await open(fresh, 'w', 0o700);
  try {
    for await (const chunk of response) await handle.writeFile(chunk as Buffer);
    await handle.sync();
  } finally {
    await handle.close();
  }
  const { stdout } = await promisify(execFile)(process.execPath, [fresh, '--version'], { timeout: 20_000 });
  const said = stdout.trim();
  if (version !== undefined && said !== version) {
    throw new Error(`the fetched program says that it is ${said}, not ${version}`);
  }
  await rename(fresh, program);
  const folder = await open(dirname(program), 'r');
  await folder.sync();
  await folder.close();
  return said;
}
