import { execFile } from 'node:child_process';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * A process that outlives the one that started it, as a file names it: with the time of its start, since process ids are
 * used again, and with what it was told.
 */
export type ProcessRecord<Details> = Details & { readonly pid: number; readonly started: string };

const run = promisify(execFile);

/** Writes down a living process; whole or not at all. */
export async function recordProcess<Details extends object>(
  file: string,
  pid: number,
  details: Details,
): Promise<void> {
  const record: ProcessRecord<Details> = { ...details, pid, started: await startTimeOf(pid) };
  const beside = `${file}.${process.pid}`;
  await writeFile(beside, JSON.stringify(record), { mode: 0o600 });
  await rename(beside, file);
}

/** The process that the file names, if it lives. */
export async function livingProcess<Details extends object>(
  file: string,
): Promise<ProcessRecord<Details> | undefined> {
  try {
    const record = JSON.parse(await readFile(file, 'utf8')) as ProcessRecord<Details>;
    return (await startTimeOf(record.pid)) === record.started ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Asks the process that the file names to end; false when there was none. */
export async function askToEnd(file: string): Promise<boolean> {
  const record = await livingProcess(file);
  return record !== undefined && signalProcess(record.pid, 'SIGTERM');
}

/** Asks it to end and waits; forces it after `patience` milliseconds. False when there was none. */
export async function endProcess(file: string, patience: number): Promise<boolean> {
  const record = await livingProcess(file);
  if (!record) return false;
  signalProcess(record.pid, 'SIGTERM');
  for (const deadline = Date.now() + patience; await livingProcess(file); ) {
    if (Date.now() > deadline) {
      signalProcess(record.pid, 'SIGKILL');
      break;
    }
    await pause(50);
  }
  return true;
}

/** Sends a signal; false to a process that has ended meanwhile, as any may at any moment. Throws where it is not allowed. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** When a process started, as text that is the same for its whole life; throws when it is gone. */
async function startTimeOf(pid: number): Promise<string> {
  if (process.platform !== 'linux')
    return (await run('ps', ['-o', 'lstart=', '-p', String(pid)])).stdout.trim();
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // Behind the command in brackets, which may hold spaces: the state is field 3, the start time field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z') throw new Error(`process ${pid} has ended`);
  return fields[19] ?? '';
}
