import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failure } from './attempt.ts';
import { backoffMilliseconds } from './backoff.ts';
import { fairChoice } from './fairness.ts';

test('free places go to the projects with the fewest running pieces', () => {
  const queues = [
    { running: 2, waiting: ['a1', 'a2', 'a3'] },
    { running: 0, waiting: ['b1', 'b2', 'b3'] },
  ];
  expect(fairChoice(queues, 3)).toEqual(['b1', 'b2', 'a1']);
});

test('a choice keeps the order of each queue, takes nothing twice and leaves no place free while something waits', () => {
  const queue = fc.record({ running: fc.nat(5), waiting: fc.uniqueArray(fc.nat(1000), { maxLength: 6 }) });
  fc.assert(
    fc.property(fc.array(queue, { maxLength: 5 }), fc.nat(12), (queues, free) => {
      const tagged = queues.map((one, place) => ({
        ...one,
        waiting: one.waiting.map((id) => `${place}:${id}`),
      }));
      const chosen = fairChoice(tagged, free);
      const total = tagged.reduce((sum, one) => sum + one.waiting.length, 0);
      expect(chosen).toHaveLength(Math.min(free, total));
      for (const [place, one] of tagged.entries()) {
        const mine = chosen.filter((id) => id.startsWith(`${place}:`));
        expect(mine).toEqual(one.waiting.slice(0, mine.length));
      }
    }),
  );
});

test.each([
  [1, 0, 1000],
  [2, 0, 2000],
  [4, 0.5, 6000],
  [30, 0, 600_000],
])('the wait after try %i with random %d is %i ms', (attempt, random, milliseconds) => {
  expect(backoffMilliseconds(attempt, random)).toBe(milliseconds);
});

test('a kind that says what passes between its tries has that, and dies after the last', () => {
  const kind = { kind: 'call', concurrency: 1, tries: 4, waitsSeconds: [1, 5, 25], run: async () => {} };
  const outcomes = [1, 2, 3, 4].map((attempt) => failure(kind, attempt, 'no answer', 0.5));
  expect(
    outcomes.map((outcome) => (outcome.kind === 'again' ? outcome.waitMilliseconds : outcome.kind)),
  ).toEqual([1000, 5000, 25_000, 'dead']);
});
