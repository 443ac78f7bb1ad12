import { describe, expect, it } from 'vitest';
import { calendarDay, zonedDateTime, zonedTime } from './zoned-time.ts';

describe('time in a zone', () => {
  it.each([
    [Date.UTC(2025, 2, 1, 3, 0, 0), 'Asia/Seoul', '2025-03-01T12:00:00+09:00'],
    [Date.UTC(2025, 11, 31, 15, 0, 0), 'Asia/Seoul', '2026-01-01T00:00:00+09:00'],
    [Date.UTC(2025, 6, 1, 12, 0, 0), 'America/New_York', '2025-07-01T08:00:00-04:00'],
    [Date.UTC(2025, 0, 1, 0, 0, 0), 'Asia/Kolkata', '2025-01-01T05:30:00+05:30'],
    [Date.UTC(2025, 0, 1, 0, 0, 0), 'UTC', '2025-01-01T00:00:00+00:00'],
  ])('%d in %s is written %s', (epoch, zone, text) => {
    expect(zonedDateTime(epoch, zone)).toBe(text);
  });

  it('a Korean day begins at 15:00 UTC of the day before', () => {
    expect(calendarDay(Date.UTC(2025, 5, 7, 14, 59, 59, 999), 'Asia/Seoul')).toBe('2025-06-07');
    expect(calendarDay(Date.UTC(2025, 5, 7, 15), 'Asia/Seoul')).toBe('2025-06-08');
  });

  it('milliseconds are kept', () => {
    expect(zonedTime(Date.UTC(2025, 0, 1, 0, 0, 0, 7), 'Asia/Seoul').millisecond).toBe(7);
  });
});
