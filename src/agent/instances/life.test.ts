import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideLife, type Life, type LifeEvent, unborn } from './life.ts';
import type { InstanceTrouble } from './status.ts';

const health = { readinessMisses: 3, livenessMisses: 5 };
const notListening: InstanceTrouble = { kind: 'not-listening', text: 'nothing listens' };
const status: InstanceTrouble = { kind: 'status', text: 'answered status 500', status: 500 };
const crashed: InstanceTrouble = { kind: 'crashed', text: 'exit code 3', exitCode: 3 };

/** Events in order; returns the last life and every command. */
function live(events: readonly LifeEvent[], from: Life = unborn) {
  let life = from;
  const commands: unknown[] = [];
  for (const event of events) {
    const decided = decideLife(life, event, health);
    life = decided.life;
    if (decided.command) commands.push(decided.command);
  }
  return { life, commands };
}

const started = (at: number): LifeEvent => ({ kind: 'started', at });
const passed = (at: number): LifeEvent => ({ kind: 'probed', at });
const missed = (at: number, miss: InstanceTrouble = status): LifeEvent => ({ kind: 'probed', at, miss });
const ended = (at: number): LifeEvent => ({ kind: 'ended', at, trouble: crashed });

test('it is starting until a probe passes, and running and healthy from then on', () => {
  expect(live([started(0)]).life).toMatchObject({ state: 'starting', healthy: false, startedAt: 0 });
  expect(live([started(0), passed(10)]).life).toMatchObject({ state: 'running', healthy: true });
});

test('that nothing listens yet is no trouble in the first second', () => {
  expect(live([started(0), missed(900, notListening)]).life.trouble).toBeNull();
  expect(live([started(0), missed(1000, notListening)]).life.trouble).toEqual(notListening);
  expect(live([started(0), missed(10, status)]).life.trouble).toEqual(status);
});

test('an instance that was never well is not ended for missing probes', () => {
  const misses = Array.from({ length: 100 }, (_, index) => missed(index));
  expect(live([started(0), ...misses])).toMatchObject({ life: { state: 'starting' }, commands: [] });
});

test('misses make a running instance unready, one pass makes it ready again, and too many end its process', () => {
  const well = [started(0), passed(1)];
  expect(live([...well, missed(2), missed(3)]).life).toMatchObject({ healthy: true, trouble: null });
  const unready = live([...well, missed(2), missed(3), missed(4)]);
  expect(unready).toMatchObject({
    life: { state: 'running', healthy: false, trouble: status },
    commands: [],
  });
  expect(live([passed(5)], unready.life).life).toMatchObject({ healthy: true, trouble: null, misses: 0 });
  expect(live([missed(5), missed(6)], unready.life).commands).toEqual([{ kind: 'end-process' }]);
});

test('each end doubles the wait before the next start, from half a second to thirty', () => {
  const { commands } = live(
    Array.from({ length: 9 }, (_, index) => [started(index * 1000), ended(index * 1000 + 1)]).flat(),
  );
  const waits = commands.map((command) => (command as { milliseconds: number }).milliseconds);
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('the wait begins anew after a process that was well for half a minute', () => {
  const { life, commands } = live([started(0), ended(1), started(2), passed(3), ended(40_000)]);
  expect(commands.at(-1)).toEqual({ kind: 'start-after', milliseconds: 500 });
  expect(life.state).toBe('backing-off');
});

test.each([
  ['two early ends', [started(0), ended(1), started(2), ended(3)], 'backing-off'],
  ['three early ends', [started(0), ended(1), started(2), ended(3), started(4), ended(5)], 'crash-loop'],
  [
    'three ends of which one came late',
    [started(0), ended(1), started(2), ended(30_002), started(40_000), ended(40_001)],
    'backing-off',
  ],
  [
    'three ends after it was well',
    [started(0), passed(1), ended(2), started(3), ended(4), started(5), ended(6)],
    'backing-off',
  ],
  [
    'five ends in five minutes, well each time',
    Array.from({ length: 5 }, (_, index) => [
      started(index * 60_000),
      passed(index * 60_000 + 1),
      ended(index * 60_000 + 2),
    ]).flat(),
    'crash-loop',
  ],
  [
    'five ends in longer than that',
    Array.from({ length: 5 }, (_, index) => [
      started(index * 80_000),
      passed(index * 80_000 + 1),
      ended(index * 80_000 + 2),
    ]).flat(),
    'backing-off',
  ],
] as const)('%s: %s', (_name, events, state) => {
  expect(live(events as readonly LifeEvent[]).life.state).toBe(state);
});

test('a crash loop is left only by a passed probe', () => {
  const loop = live([started(0), ended(1), started(2), ended(3), started(4), ended(5)]).life;
  const again = live([started(9000)], loop).life;
  expect(again).toMatchObject({ state: 'crash-loop', restarts: 3 });
  expect(live([passed(9001)], again).life).toMatchObject({ state: 'running', healthy: true, trouble: null });
});

test('an asset that will never do is not tried again, one that may is', () => {
  const trouble: InstanceTrouble = { kind: 'asset', text: 'no Procfile' };
  const final = live([{ kind: 'unprepared', at: 0, trouble, isFinal: true }]);
  expect(final).toMatchObject({ life: { state: 'crash-loop', trouble }, commands: [] });
  const passing = live([{ kind: 'unprepared', at: 0, trouble, isFinal: false }]);
  expect(passing).toMatchObject({ life: { state: 'backing-off', trouble } });
  expect(passing.commands).toEqual([{ kind: 'start-after', milliseconds: 500 }]);
  expect(live([started(1)], passing.life).life).toMatchObject({ trouble: null, restarts: 0 });
});

test('nothing that comes after a stop starts it again, and only running instances are healthy', () => {
  const at = fc.nat(1_000_000);
  const event: fc.Arbitrary<LifeEvent> = fc.oneof(
    at.map(started),
    at.map(passed),
    at.map((each) => missed(each)),
    at.map(ended),
    at.map((each): LifeEvent => ({ kind: 'unprepared', at: each, trouble: crashed, isFinal: false })),
  );
  fc.assert(
    fc.property(fc.array(event), fc.array(event), (before, after) => {
      const lived = live(before);
      expect(lived.life.healthy && lived.life.state !== 'running').toBe(false);
      expect(lived.life.backoff).toBeLessThanOrEqual(30_000);
      const over = live([{ kind: 'stop-asked' }, ...after], lived.life);
      expect(over).toMatchObject({ life: { state: 'stopping', healthy: false }, commands: [] });
    }),
  );
});
