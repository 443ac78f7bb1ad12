import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ServerRefusal } from '../../calls/index.ts';
import type { RouterReach } from '../../engine/router-protocol.ts';
import { RoutingTable } from '../routing/routing-table.ts';
import { tryConnection } from './try-connection.ts';
import { ReachWatch } from './watch-reach.ts';

const listeners: Server[] = [];
afterEach(() => {
  for (const listener of listeners.splice(0)) listener.close();
});

async function listen(): Promise<number> {
  const listener = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  listeners.push(listener);
  await once(listener, 'listening');
  return (listener.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const port = await listen();
  listeners.pop()?.close();
  return port;
}

function tableOf(version: number, ports: Readonly<Record<string, number>>) {
  const backends = Object.entries(ports).map(([instance, port]) => ({
    instance,
    address: '127.0.0.1',
    port,
  }));
  const pools = [{ pool: 'a', weight: 100, backends }];
  return { version, complete: true, removed: [], routes: [{ host: 'h.localhost', whenEmpty: '', pools }] };
}

/** A watch whose reports are kept; `send` may refuse one. */
function watch(table: RoutingTable, send: (report: RouterReach) => void = () => {}) {
  const told: RouterReach[] = [];
  const stop = new AbortController();
  const parts = {
    ...{ router: 'r', table, stop: stop.signal, period: 1 },
    async send(report: RouterReach) {
      told.push(report);
      send(report);
    },
  };
  const reach = new ReachWatch(parts);
  return { reach, told, stop, end: reach.run() };
}

const said = (told: readonly RouterReach[]) =>
  told.map(({ complete, backends }) => [
    complete,
    ...backends.map(({ instance, outcome }) => `${instance} ${outcome}`).sort(),
  ]);

test('instances are tried when they come, and the server is told once: all of it first, then what is new', async () => {
  const table = new RoutingTable(Math.random);
  const [open, shut] = [await listen(), await closedPort()];
  table.apply(tableOf(1, { open, shut }));
  const { reach, told, stop, end } = watch(table);
  reach.tellAll();
  await expect.poll(() => said(told), { timeout: 30_000 }).toEqual([[true, 'open reached', 'shut refused']]);
  table.apply(tableOf(2, { open, shut, more: open }));
  await expect.poll(() => said(told).slice(1), { timeout: 30_000 }).toEqual([[false, 'more reached']]);
  stop.abort();
  await end;
});

test('one that a request did not reach is tried again at once', async () => {
  const table = new RoutingTable(Math.random);
  const port = await listen();
  table.apply(tableOf(1, { moody: port }));
  const { reach, told, stop, end } = watch(table);
  reach.tellAll();
  await expect.poll(() => said(told), { timeout: 30_000 }).toEqual([[true, 'moody reached']]);
  listeners.pop()?.close();
  table.find('h.localhost')?.choose()?.backends[0]?.suspect(performance.now());
  await expect.poll(() => said(told).slice(1), { timeout: 25_000 }).toEqual([[false, 'moody refused']]);
  stop.abort();
  await end;
});

test('a server that comes back is told everything again, one that is away nothing is lost for', async () => {
  const table = new RoutingTable(Math.random);
  table.apply(tableOf(1, { open: await listen() }));
  let isAway = true;
  const { reach, told, stop, end } = watch(table, () => {
    if (isAway) throw new Error('connection refused');
  });
  reach.tellAll();
  await expect.poll(() => told.length, { timeout: 30_000 }).toBeGreaterThan(1);
  isAway = false;
  const failed = told.length;
  await expect.poll(() => told.length, { timeout: 30_000 }).toBeGreaterThan(failed);
  expect(said(told).at(-1)).toEqual([true, 'open reached']);
  const before = told.length;
  reach.tellAll();
  await expect.poll(() => told.length, { timeout: 30_000 }).toBeGreaterThan(before);
  expect(said(told).at(-1)).toEqual([true, 'open reached']);
  stop.abort();
  await end;
});

test('a server of an older version is asked once, not for ever', async () => {
  const table = new RoutingTable(Math.random);
  table.apply(tableOf(1, { open: await listen() }));
  const { reach, told, stop, end } = watch(table, () => {
    throw new ServerRefusal(404, 'not found');
  });
  reach.tellAll();
  await expect.poll(() => told.length, { timeout: 30_000 }).toBe(1);
  table.apply(tableOf(2, { other: await listen() }));
  // Long enough for many looks: each of them tries a port that was closed before it is asked for.
  for (let count = 0; count < 20; count += 1)
    await tryConnection({ address: '127.0.0.1', port: await listen() });
  expect(told).toHaveLength(1);
  stop.abort();
  await end;
});
