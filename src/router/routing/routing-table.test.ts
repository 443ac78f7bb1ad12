import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Backend, RouterPollAnswer, RoutingEntry } from '../../engine/router-protocol.ts';
import { Deck } from './deck.ts';
import { RoutingTable } from './routing-table.ts';

const place = (instance: string): Backend => ({ instance, address: '127.0.0.1', port: 1 });
const entry = (host: string, ...pools: [string, number, string[]][]): RoutingEntry => ({
  host,
  whenEmpty: '',
  pools: pools.map(([pool, weight, instances]) => ({ pool, weight, backends: instances.map(place) })),
});
const change = (version: number, ...routes: RoutingEntry[]): RouterPollAnswer => ({
  version,
  complete: false,
  routes,
  removed: [],
});

/** Begins a request, which ends by the returned function. */
function begin(table: RoutingTable, host: string): { instance: string; end: () => void } {
  const backend = table.find(host)?.choose()?.pick(0, []);
  if (!backend) throw new Error(`nobody serves ${host}`);
  backend.enter();
  return { instance: backend.instance, end: () => backend.leave() };
}

test('any hundred cards hold every weight exactly', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (weight, random) => {
        const deck = new Deck([100 - weight, weight], () => random);
        const dealt = Array.from({ length: 100 }, () => deck.deal());
        expect(dealt.filter((index) => index === 1).length).toBe(weight);
      },
    ),
  );
  expect(new Deck([0, 0], Math.random).deal()).toBeUndefined();
});

test('requests go to the instance with the fewest, in turn among equals, and last to one that refused', () => {
  const table = new RoutingTable(Math.random);
  table.apply(change(1, entry('h', ['a', 100, ['1', '2', '3']])));
  expect(new Set([1, 2, 3].map(() => begin(table, 'h').instance)).size).toBe(3);
  const pool = table.find('h')?.choose();
  const [first] = pool?.backends ?? [];
  first?.leave();
  expect(pool?.pick(0, [])).toBe(first);
  first?.suspect(0);
  expect(pool?.pick(1, [])).not.toBe(first);
  expect(pool?.pick(60_000, [])).toBe(first);
  expect(pool?.pick(1, pool.backends.slice(1))).toBe(first);
});

test('a version is drained when no request is left that it would not let begin', () => {
  const table = new RoutingTable(Math.random);
  const drained: number[] = [];
  table.onDrained = () => drained.push(table.drained);
  table.apply(change(1, entry('h', ['old', 100, ['1']])));
  const request = begin(table, 'h');
  table.apply(change(2, entry('h', ['old', 50, ['1']], ['new', 50, ['2']])));
  expect(table.drained).toBe(2);
  table.apply(change(3, entry('h', ['old', 0, ['1']], ['new', 100, ['2']])));
  expect(table.drained).toBe(2);
  table.apply(change(4, entry('h', ['new', 100, ['2']])));
  expect(table.drained).toBe(2);
  request.end();
  expect(drained).toEqual([4]);
});

test('requests of one host name hold up no other’s, unless they are still there', () => {
  const table = new RoutingTable(Math.random);
  table.apply(change(1, entry('long', ['a', 100, ['1']]), entry('h', ['b', 100, ['2']])));
  begin(table, 'long');
  table.apply(change(2, entry('h', ['c', 100, ['3']])));
  expect(table.drained).toBe(2);
  table.apply({ version: 3, complete: false, routes: [], removed: ['long'] });
  expect([table.find('long'), table.drained]).toEqual([undefined, 2]);
});

test('the server is told which host names have older requests, and of a hundred at most by name', () => {
  const table = new RoutingTable(Math.random);
  const hosts = Array.from({ length: 102 }, (_, place) => `h${place}`);
  table.apply(change(1, ...hosts.map((host) => entry(host, ['a', 100, ['1']]))));
  const requests = hosts.map((host) => begin(table, host));
  expect(table.progress).toEqual({ drained: 1, draining: [] });
  table.apply(change(2, entry('h1', ['b', 100, ['2']])));
  expect(table.progress).toEqual({ drained: 1, draining: [{ host: 'h1', since: 2 }] });
  table.apply(change(3, ...hosts.slice(2).map((host) => entry(host, ['b', 100, ['2']]))));
  expect(table.progress.draining).toHaveLength(100);
  for (const request of requests) request.end();
  expect(table.progress).toEqual({ drained: 3, draining: [] });
});

test('an instance that comes back goes on with the requests it has', () => {
  const table = new RoutingTable(Math.random);
  table.apply(change(1, entry('h', ['a', 100, ['1']])));
  const request = begin(table, 'h');
  table.apply(change(2, entry('h', ['a', 100, []], ['b', 0, []])));
  expect(table.drained).toBe(1);
  table.apply(change(3, entry('h', ['a', 100, ['1']])));
  expect(table.drained).toBe(3);
  expect(table.find('h')?.choose()?.backends[0]?.inFlight).toBe(1);
  request.end();
});

test('a complete table forgets what it does not name, a repeated one changes nothing', () => {
  const table = new RoutingTable(Math.random);
  table.apply(change(1, entry('h', ['a', 100, ['1']]), entry('g', ['a', 100, ['1']])));
  const kept = table.find('h')?.choose()?.backends[0];
  expect(table.apply({ ...change(5, entry('h', ['a', 100, ['1']])), complete: true })).toBe(true);
  expect(table.find('g')).toBeUndefined();
  expect(table.find('h')?.choose()?.backends[0]).toBe(kept);
  expect(table.stored()).toEqual({ version: 5, routes: [entry('h', ['a', 100, ['1']])] });
  expect(table.apply(change(5))).toBe(false);
});

test('a request that moved on to another instance of its pool after the change is waited for', () => {
  const table = new RoutingTable(Math.random);
  table.apply(change(1, entry('h', ['old', 100, ['1', '2']], ['new', 0, ['3']])));
  const request = begin(table, 'h');
  const pool = table.find('h')?.choose();
  table.apply(change(2, entry('h', ['old', 0, ['1', '2']], ['new', 100, ['3']])));
  const other = pool?.backends.find(({ instance }) => instance !== request.instance);
  other?.enter();
  request.end();
  expect(table.drained).toBe(1);
  other?.leave();
  expect(table.drained).toBe(2);
});
