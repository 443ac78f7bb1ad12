import { describe, expect, test } from 'vitest';
import {
  errorShare,
  linePath,
  meanMilliseconds,
  nearestTime,
  requestRate,
  roundCeiling,
  shownMinutes,
  timesOf,
} from './plot.ts';

const measures = [
  { at: 10_000, requests: 50, errors: 5, milliseconds: 500 },
  { at: 30_000, requests: 20, errors: 20, milliseconds: 900 },
];

/** When the period that begins at 30 s is whole. */
const whole = 46_000;

describe('the plot of a scope', () => {
  test('shows periods without requests as nothing, not as a straight line between their neighbours', () => {
    expect(requestRate(measures, 10, whole)).toEqual([
      { at: 10_000, value: 5 },
      { at: 20_000, value: 0 },
      { at: 30_000, value: 2 },
    ]);
    expect(errorShare(measures, 10, whole).map(({ value }) => value)).toEqual([10, 0, 100]);
    expect(requestRate([], 10, whole)).toEqual([]);
  });

  test('leaves out the period that is still counted: it would look as if the requests stopped', () => {
    expect(requestRate(measures, 10, whole - 1).map(({ value }) => value)).toEqual([5, 0]);
    expect(requestRate(measures, 10, 11_000)).toEqual([]);
  });

  test('falls to nothing when nobody asks any more', () => {
    expect(requestRate(measures, 10, whole + 20_000).map(({ value }) => value)).toEqual([5, 0, 2, 0, 0]);
  });

  test('is read at the period that stands nearest', () => {
    const later = [{ at: 40_000, requests: 1, errors: 0, milliseconds: 1 }];
    const times = timesOf([requestRate(measures, 10, whole), requestRate(later, 10, whole + 10_000)]);
    expect(times).toEqual([10_000, 20_000, 30_000, 40_000]);
    expect(nearestTime(times, 24_000)).toBe(20_000);
    expect(nearestTime(times, 1e9)).toBe(40_000);
    expect(nearestTime([], 5)).toBeUndefined();
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
    expect(linePath(requestRate(measures, 10, whole), box)).toBe('M0.0 0.0L50.0 50.0L100.0 30.0');
    expect(linePath(requestRate(measures, 10, whole), { ...box, from: 20_000 })).toBe('M0.0 50.0L100.0 30.0');
    expect(linePath(requestRate(measures, 10, whole), { ...box, from: 25_000 })).toBe('M100.0 30.0h0');
  });

  test('reaches as far back as there is something to show, from two minutes to fifteen', () => {
    expect(shownMinutes([], 5_000_000)).toBe(2);
    expect(shownMinutes(measures, 10_000 + 4.5 * 60_000)).toBe(5);
    expect(shownMinutes(measures, 5_000_000)).toBe(15);
  });
});
