import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { demoJoinToken } from './declaration.ts';

/** A running demo agent: its process, and when that started, since process ids are used again. */
interface AgentRecord {
  readonly pid: number;
  readonly started: string;
  /** The server that it was told to call. */
  readonly server: string;
}

const run = promisify(execFile);

/** An agent gives its steps 5 s to end, and itself 3 s to tell the server. */
const patience = 10_000;

/**
 * The agent of one demo host: the one that survived an earlier server (it is adopted), or a new detached process.
 * Each has its own folder and its own home, so that `~/apps` is another place on every "server".
 */
export async function ensureAgent(options: {
  readonly name: string;
  readonly server: string;
  readonly program: string;
  readonly folder: string;
}): Promise<{ pid: number; adopted: boolean }> {
  const { name, server, program, folder } = options;
  const recordFile = join(folder, 'process.json');
  const home = join(folder, 'home');
  await mkdir(home, { recursive: true });
  const survivor = await alive(recordFile);
  if (survivor?.server === server) return { pid: survivor.pid, adopted: true };
  if (survivor) await endNow(survivor.pid, recordFile);

  const log = await open(join(folder, 'agent.log'), 'a');
  const command = [program, '--server', server, '--name', name, '--state', join(folder, 'state')];
  const child = spawn(process.execPath, command, {
    cwd: home,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { PATH: process.env.PATH, LANG: process.env.LANG, HOME: home, SLIPWAY_TOKEN: demoJoinToken },
  });
  const pid = await started(child);
  await log.close();
  child.unref();
  const record: AgentRecord = { pid, started: await startTimeOf(pid), server };
  await writeFile(recordFile, JSON.stringify(record));
  return { pid, adopted: false };
}

/** Asks the agent to end; false when there was none. */
export async function endAgent(folder: string): Promise<boolean> {
  const record = await alive(join(folder, 'process.json'));
  if (record) process.kill(record.pid, 'SIGTERM');
  return record !== undefined;
}

/** Waits for its end: it may be ending a step, and holds its state folder until then. */
async function endNow(pid: number, recordFile: string): Promise<void> {
  process.kill(pid, 'SIGTERM');
  for (const deadline = Date.now() + patience; await alive(recordFile); ) {
    if (Date.now() > deadline) {
      process.kill(pid, 'SIGKILL');
      return;
    }
    await pause(50);
  }
}

async function alive(recordFile: string): Promise<AgentRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(recordFile, 'utf8')) as AgentRecord;
    return (await startTimeOf(record.pid)) === record.started ? record : undefined;
  } catch {
    return undefined;
  }
}

function started(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid as number));
    child.once('error', reject);
  });
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
