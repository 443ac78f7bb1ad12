import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { askToEnd, endProcess, livingProcess, recordProcess } from '../processes/index.ts';
import { demoJoinToken } from './declaration.ts';

/** What a running demo agent was told: the server to call. */
interface AgentDetails {
  readonly server: string;
}

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
  const recordFile = recordIn(folder);
  const home = join(folder, 'home');
  await mkdir(home, { recursive: true });
  const survivor = await livingProcess<AgentDetails>(recordFile);
  if (survivor?.server === server) return { pid: survivor.pid, adopted: true };
  // Waits for its end: it may be ending a step, and holds its state folder until then.
  if (survivor) await endProcess(recordFile, patience);

  const log = await open(join(folder, 'agent.log'), 'a');
  const command = [program, '--server', server, '--name', name, '--state', join(folder, 'state')];
  // What the demo has deployed ends with it, and is there again at its next start.
  command.push('--stop-instances');
  const child = spawn(process.execPath, command, {
    cwd: home,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { PATH: process.env.PATH, LANG: process.env.LANG, HOME: home, SLIPWAY_TOKEN: demoJoinToken },
  });
  const pid = await started(child);
  await log.close();
  child.unref();
  await recordProcess<AgentDetails>(recordFile, pid, { server });
  return { pid, adopted: false };
}

/** Asks the agent to end; false when there was none. */
export async function endAgent(folder: string): Promise<boolean> {
  return await askToEnd(recordIn(folder));
}

function recordIn(folder: string): string {
  return join(folder, 'process.json');
}

function started(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid as number));
    child.once('error', reject);
  });
}
