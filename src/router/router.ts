import type { AddressInfo } from 'node:net';
import { livingProcess, recordProcess } from '../processes/index.ts';
import { TrustedProxies } from './client/trusted-proxies.ts';
import type { RouterOptions } from './command-line.ts';
import { Deadlines } from './deadlines.ts';
import { followTable } from './follow-table.ts';
import type { Log } from './log.ts';
import { Measures } from './measures/measures.ts';
import { reportMeasures } from './measures/report-measures.ts';
import { Front } from './proxy/front.ts';
import { ReachWatch } from './reach/watch-reach.ts';
import { exitCodes, RouterError } from './router-error.ts';
import { RoutingTable } from './routing/routing-table.ts';
import { linkTo } from './server-link.ts';
import { openStateFolder } from './state-folder.ts';
import { TableFile } from './table-file.ts';

/** How long the end waits for requests in flight, in milliseconds. */
const drainMilliseconds = 15_000;
/** How often connections are looked through for those that are silent for too long, in milliseconds. */
const tickMilliseconds = 500;
/** 60 s to the head of a request, and of its answer; five minutes without a byte after it; 5 s for the last goodbye. */
const patience = { request: 60_000, head: 60_000, idle: 300_000, close: 5_000 };

/** What a running router wrote down of itself in `process.json`. */
export interface RouterDetails {
  readonly server: string;
  /** Where it listens, like `http://127.0.0.1:4680`. */
  readonly address: string;
}

/**
 * Routes until `stop` aborts, then finishes what is in flight. The table of the last run is in use before the port
 * opens and before any server answers. Throws RouterErrors.
 */
export async function runRouter(
  options: RouterOptions,
  log: Log,
  stop: AbortSignal,
  drain = drainMilliseconds,
): Promise<void> {
  const state = openStateFolder(options.state);
  const holder = await livingProcess(state.process);
  if (holder) {
    throw new RouterError(
      exitCodes.stateInUse,
      `Another router (process ${holder.pid}) uses ${state.path}: stop it with --stop, or give this one its own --state.`,
    );
  }
  const file = new TableFile(state.table);
  const table = new RoutingTable(Math.random);
  const stored = await file.load();
  if (stored) table.apply({ ...stored, complete: true, removed: [] });
  const measures = new Measures(steadyNow);
  const deadlines = new Deadlines(tickMilliseconds);
  const front = new Front({
    ...{ table, measures, patience, deadlines },
    trusted: trusted(options.trustProxy),
  });
  const port = await listen(front, options);
  const address = options.address ?? `http://${reachable(options.host)}:${port}`;
  await recordProcess<RouterDetails>(state.process, process.pid, { server: options.server, address });
  log(`routes at ${address} by table ${table.version}; its server is ${options.server}`);

  const link = linkTo(options.server, options.tokenFile);
  const tell =
    (path: string, more: { signal?: AbortSignal } = {}) =>
    (report: unknown) =>
      link.post<void>(path, report, { timeoutMilliseconds: 10_000, ...more });
  const { router } = state;
  const reach = new ReachWatch({ router, table, send: tell('/router/v1/reach', { signal: stop }), stop });
  const onConnected = () => reach.tellAll();
  await Promise.all([
    followTable({ router, address, server: options.server, table, file, link, log, stop, onConnected }),
    reportMeasures({ router, measures, send: tell('/router/v1/measures'), stop, now: steadyNow }),
    reach.run(),
    ended(stop).then(() => {
      log('stopping');
      return front.close(drain);
    }),
  ]);
  deadlines.close();
  link.close();
}

/**
 * Epoch milliseconds as they were when the process began, counted on: one clock for what is counted and for when it is
 * told, also when somebody sets the machine's meanwhile.
 */
function steadyNow(): number {
  return Math.floor(performance.timeOrigin + performance.now());
}

function listen({ server }: Front, { host, port }: RouterOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken =
        error.code === 'EADDRINUSE' || error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL';
      if (!isTaken) return reject(error);
      reject(
        new RouterError(
          exitCodes.addressInUse,
          `The router cannot listen on ${host}, port ${port} (${error.code}): another program has it, or it is not this machine's. Choose another with --port and --host.`,
        ),
      );
    });
    server.listen({ host, port, backlog: 1024 }, () => resolve((server.address() as AddressInfo).port));
  });
}

function ended(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
}

function trusted(places: readonly string[]): TrustedProxies {
  try {
    return new TrustedProxies(places);
  } catch (error) {
    throw new RouterError(exitCodes.usage, `--trust-proxy ${(error as Error).message}`);
  }
}

/** An address that can be called, for one that is listened on. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
