import { describe, expect, test } from 'vitest';
import { bytes } from './bytes.ts';
import { duration, machineDuration, runningDuration } from './duration.ts';
import { nearMoment } from './moment.ts';

describe('a duration', () => {
  test.each([
    [-40, '0 ms'],
    [0, '0 ms'],
    [99, '99 ms'],
    [100, '0.1 s'],
    [449, '0.4 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [59_499, '59 s'],
    [59_500, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [3_599_400, '59 min 59 s'],
    [3_720_000, '1 h 02 min'],
    [183_600_000, '2 d 3 h'],
  ])('of %i ms reads "%s"', (length, text) => {
    expect(duration(length)).toBe(text);
  });

  test('of something that runs moves in whole seconds', () => {
    expect(runningDuration(999)).toBe('0 s');
    expect(runningDuration(9_999)).toBe('9 s');
    expect(runningDuration(10_000)).toBe('10 s');
    expect(runningDuration(61_900)).toBe('1 min 01 s');
  });

  test('is ISO 8601 for machines', () => {
    expect(machineDuration(12_345)).toBe('PT12.3S');
  });
});

describe('a size', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [4_300, '4.2 KiB'],
    [1_048_575, '1 MiB'],
    [1_048_576, '1 MiB'],
    [5_368_709_120, '5 GiB'],
  ])('of %i bytes reads "%s"', (count, text) => {
    expect(bytes(count)).toBe(text);
  });
});

describe('a moment', () => {
  const now = new Date(2026, 10, 21, 19, 24, 33).getTime();
  const ago = (milliseconds: number) => nearMoment(now - milliseconds, now);

  test('is told as near as it matters', () => {
    expect(ago(-60_000)).toBe('just now');
    expect(ago(4_999)).toBe('just now');
    expect(ago(8_400)).toBe('8 s ago');
    expect(ago(5 * 60_000)).toBe('5 min ago');
    expect(ago(10 * 3_600_000)).toBe('today 09:24');
    expect(ago(21 * 3_600_000)).toBe('yesterday 22:24');
    expect(nearMoment(new Date(2026, 9, 3, 19, 24, 33).getTime(), now)).toBe('3 Oct 2026, 19:24');
  });
});
