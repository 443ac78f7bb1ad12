import { describe, expect, test } from 'vitest';
import { errorShare, linePath, meanMilliseconds, requestRate, roundCeiling, shownMinutes } from './plot.ts';

const measures = [
  { at: 10_000, requests: 50, errors: 5, milliseconds: 500 },
  { at: 30_000, requests: 20, errors: 20, milliseconds: 900 },
];

describe('the plot of a scope', () => {
  test('shows periods without requests as nothing, not as a straight line between their neighbours', () => {
    expect(requestRate(measures, 10)).toEqual([
      { at: 10_000, value: 5 },
      { at: 20_000, value: 0 },
      { at: 30_000, value: 2 },
    ]);
    expect(errorShare(measures, 10).map(({ value }) => value)).toEqual([10, 0, 100]);
    expect(requestRate([], 10)).toEqual([]);
  });

  test('weighs the response time by requests', () => {
    expect(meanMilliseconds(measures)).toBe(20);
    expect(meanMilliseconds([])).toBeUndefined();
  });

  test.each([
    [0, 1],
    [1, 1],
    [1.2, 2],
    [3, 5],
    [7, 10],
    [10, 10],
    [101, 200],
  ])('has a round top: %d reaches to %d', (value, top) => {
    expect(roundCeiling(value)).toBe(top);
  });

  test('draws from the lower left to the upper right, and leaves out what is too old', () => {
    const box = { from: 10_000, to: 30_000, top: 5, width: 100, height: 50 };
    expect(linePath(requestRate(measures, 10), box)).toBe('M0.0 0.0L50.0 50.0L100.0 30.0');
    expect(linePath(requestRate(measures, 10), { ...box, from: 20_000 })).toBe('M0.0 50.0L100.0 30.0');
    expect(linePath(requestRate(measures, 10), { ...box, from: 25_000 })).toBe('M100.0 30.0h0');
  });

  test('reaches as far back as there is something to show, from two minutes to fifteen', () => {
    expect(shownMinutes([], 5_000_000)).toBe(2);
    expect(shownMinutes(measures, 10_000 + 4.5 * 60_000)).toBe(5);
    expect(shownMinutes(measures, 5_000_000)).toBe(15);
  });
});
