import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../test/harness/free-port.ts';

/** The built program (`npm run build`), started for one bench on a folder and a port of its own. */
export interface BuiltServer {
  readonly base: string;
  readonly folder: string;
  /** From the start of the process to the first `/readyz` that answers 200. */
  readonly readyMilliseconds: number;
  /** Resident memory in bytes, that of the processes that it started included. */
  residentBytes(): Promise<number>;
  /** CPU time that the process has used, in milliseconds. */
  cpuMilliseconds(): Promise<number>;
  /** Ends the process and keeps the data. */
  stop(): Promise<void>;
  /** Starts it again on the same data. */
  restart(): Promise<BuiltServer>;
  /** Ends the process and removes the data. */
  remove(): Promise<void>;
}

export const benchKeys = {
  appKey: 'benchAppKey00001',
  keyId: 'BENCHKEY000000000001',
  keySecret: 'benchsecret00001',
  joinToken: 'join-bench-000000000000000',
  imageAppKey: 'benchImageKey001',
  imageSecretKey: 'benchImageSecret0000000000000001',
  container: 'aaaabench',
};

const declaration = {
  principals: [
    {
      name: 'bench@example.com',
      admin: true,
      keys: [{ id: benchKeys.keyId, secret: benchKeys.keySecret }],
    },
  ],
  joinTokens: [{ token: benchKeys.joinToken, hosts: ['*'] }],
  nhnDeploy: {
    projects: [
      {
        name: 'bench',
        appKey: benchKeys.appKey,
        members: { 'bench@example.com': 'ADMIN' },
        artifacts: [
          {
            id: 1,
            name: 'bench',
            type: 'server',
            commandType: 'CLOUD_AGENT',
            binaryGroups: [{ key: 4, name: 'Default', default: true }],
          },
        ],
      },
    ],
  },
  imageManager: {
    services: [
      {
        name: 'bench',
        appKey: benchKeys.imageAppKey,
        secretKey: benchKeys.imageSecretKey,
        container: benchKeys.container,
        realtimeService: true,
      },
    ],
  },
};

/** Starts the built server on fresh data with one project, one artifact and one image service (`benchKeys`). */
export async function startBuiltServer(environment: Record<string, string> = {}): Promise<BuiltServer> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  await writeFile(join(folder, 'declaration.json'), JSON.stringify(declaration));
  return await start(folder, {
    SLIPWAY_PORT: String(await freePort()),
    SLIPWAY_DATA: join(folder, 'data'),
    SLIPWAY_DECLARATION: join(folder, 'declaration.json'),
    SLIPWAY_LOG_LEVEL: 'warn',
    SLIPWAY_ROUTER: '0',
    ...environment,
  });
}

async function start(folder: string, environment: Record<string, string>): Promise<BuiltServer> {
  const base = `http://127.0.0.1:${environment.SLIPWAY_PORT}`;
  const began = performance.now();
  const child = spawn(process.execPath, ['dist/slipway.mjs', 'server'], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await ready(base, child);
  const readyMilliseconds = performance.now() - began;
  const stop = async () => {
    if (child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
  return {
    base,
    folder,
    readyMilliseconds,
    residentBytes: () => residentBytes(child.pid ?? 0),
    cpuMilliseconds: () => cpuMilliseconds(child),
    stop,
    restart: async () => {
      await stop();
      return await start(folder, environment);
    },
    remove: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ready(base: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(`The server ended with ${child.exitCode} before it was ready`);
    const answer = await fetch(`${base}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  // One that has just ended counts for nothing.
  let bytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  for (const child of children.split(' ').filter(Boolean)) bytes += await residentBytes(Number(child));
  return bytes;
}

async function cpuMilliseconds(child: ChildProcess): Promise<number> {
  const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  // utime and stime, in clock ticks of 10 ms (proc(5)).
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
