import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endProcess, livingProcess } from './process-record.ts';
import { routerProgram } from './router-program.ts';

/** What a server's router needs to know, and whom its keeper tells. */
export interface RouterKeeping {
  /** The server's data folder; the router's own is `router` in it, its token `router-token`. */
  readonly data: string;
  /** Where the router calls the server. */
  readonly server: string;
  readonly port: number;
  readonly host: string;
  readonly trustProxy: readonly string[];
  /** Makes the token a router's. */
  readonly admit: (token: string) => Promise<void>;
  /** The process of the router with this id has ended: nobody need wait for what it routes by. */
  readonly ended: (router: string) => Promise<void>;
  readonly log: Log;
}

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** Keeps one router running beside a server. */
export interface RouterKeeper {
  /** The router goes on, so that requests do; with `endsRouter` it ends, too. */
  stop(endsRouter: boolean): Promise<void>;
}

/** How often a router is looked at that an earlier server started, in milliseconds. */
const look = 300;
/** How long a router is given to end, in milliseconds: its requests in flight have 15 s. */
const patience = 20_000;
/** The exit code of a router whose port is taken. */
const addressInUse = 5;
const longestLog = 1_048_576;

/** Starts a detached router, or adopts the one that runs, and starts it again within a second when it ends. */
export async function keepRouter(keeping: RouterKeeping): Promise<RouterKeeper> {
  const { data, log } = keeping;
  const folder = join(data, 'router');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const record = join(folder, 'process.json');
  await keeping.admit(await tokenIn(join(data, 'router-token')));
  const stopping = new AbortController();
  const kept = keep(keeping, folder, record, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted) log.warn({ err: error }, 'the router is not looked after any more');
  });
  return {
    async stop(endsRouter) {
      stopping.abort();
      await kept;
      if (endsRouter) await endProcess(record, patience);
    },
  };
}

async function keep(
  keeping: RouterKeeping,
  folder: string,
  record: string,
  stop: AbortSignal,
): Promise<void> {
  const { server, log } = keeping;
  let failures = 0;
  let told = '';
  while (!stop.aborted) {
    const found = await livingProcess<{ server: string; address: string }>(record);
    if (found && found.server === server) {
      const { pid, address } = found;
      log.info({ pid, address }, 'router adopted');
      while (!stop.aborted && (await livingProcess(record))) await wait(look, stop);
      if (!stop.aborted) await tellEnd(keeping, folder);
      continue;
    }
    // It follows a server at an address that this one has no more.
    if (found && (await endProcess(record, patience))) await tellEnd(keeping, folder);
    const child = await start(keeping, folder);
    log.info({ pid: child.pid, port: keeping.port }, 'router started');
    const began = performance.now();
    const code = await exitOf(child, stop);
    if (stop.aborted) return;
    await tellEnd(keeping, folder);
    failures = performance.now() - began > 10_000 ? 0 : failures + 1;
    const reason =
      code === addressInUse
        ? `port ${keeping.port} is taken, or ${keeping.host} is not this machine's: nothing is routed. Set routerPort (SLIPWAY_ROUTER_PORT), or router: false`
        : `the router ended (${code ?? 'by a signal'}); see ${join(folder, 'router.log')}`;
    if (reason !== told) log.warn({}, reason);
    told = reason;
    await wait(code === addressInUse ? 2_000 : Math.min(5_000, 100 * 2 ** Math.min(failures - 1, 6)), stop);
  }
}

/** One that never called the server has no name yet; a database that is away is no reason to have no router. */
async function tellEnd({ ended, log }: RouterKeeping, folder: string): Promise<void> {
  const router = await readFile(join(folder, 'router-id'), 'utf8').catch(() => undefined);
  if (router === undefined) return;
  await ended(router.trim()).catch((error: unknown) => {
    log.warn({ err: error }, 'the end of the router could not be stored');
  });
}

async function start(keeping: RouterKeeping, folder: string): Promise<ChildProcess> {
  const { data, server, port, host, trustProxy } = keeping;
  const log = await openLog(join(folder, 'router.log'));
  const command = [
    ...[await routerProgram(folder), '--server', server, '--token-file', join(data, 'router-token')],
    ...['--state', folder, '--port', String(port), '--host', host, '--insecure'],
    ...trustProxy.flatMap((place) => ['--trust-proxy', place]),
  ];
  const child = spawn(process.execPath, command, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { PATH: process.env.PATH, LANG: process.env.LANG },
  });
  await once(child, 'spawn');
  await log.close();
  child.unref();
  return child;
}

/** The exit code, null for a signal; undefined when `stop` came first. */
async function exitOf(child: ChildProcess, stop: AbortSignal): Promise<number | null | undefined> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  try {
    const [code] = (await once(child, 'exit', { signal: stop })) as [number | null];
    return code;
  } catch {
    return undefined;
  }
}

/** Made at the first start; only the server's user can read it. */
async function tokenIn(file: string): Promise<string> {
  try {
    await writeFile(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return (await readFile(file, 'utf8')).trim();
}

/** A new file when the last one has grown long; the one before is kept. */
async function openLog(file: string) {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > longestLog) await rename(file, `${file}.old`);
  return await open(file, 'a', 0o600);
}

async function wait(milliseconds: number, stop: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, { signal: stop, ref: false }).catch(() => {});
}
