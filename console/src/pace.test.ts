import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { paced } from './pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the first value passes at once, then the newest of each interval', () => {
  const passed: number[] = [];
  const show = paced<number>(200, (value) => passed.push(value));
  for (const value of [1, 2, 3]) show(value);
  expect(passed).toEqual([1]);
  vi.advanceTimersByTime(200);
  expect(passed).toEqual([1, 3]);
  vi.advanceTimersByTime(1000);
  show(4);
  expect(passed).toEqual([1, 3, 4]);
});

test('a flush passes what waits, once', () => {
  const passed: number[] = [];
  const show = paced<number>(200, (value) => passed.push(value));
  show(1);
  show(2);
  show.flush();
  expect(passed).toEqual([1, 2]);
  vi.advanceTimersByTime(1000);
  show.flush();
  expect(passed).toEqual([1, 2]);
});
