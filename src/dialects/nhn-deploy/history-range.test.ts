import { describe, expect, it } from 'vitest';
import { dayText } from './calendar.ts';
import { deploymentRange, readDayRange } from './history-range.ts';

const today = { year: 2026, month: 3, day: 31 };

function read(from?: string, to?: string): string {
  const range = readDayRange(from, to, today);
  return `${dayText(range.from)}..${dayText(range.to)}`;
}

describe('the days of a history query', () => {
  it.each([
    [undefined, undefined, '2026-02-28..2026-03-31'],
    ['2026-03-01', undefined, '2026-03-01..2026-03-31'],
    [undefined, '2025-05-31', '2025-04-30..2025-05-31'],
    ['2025-06-07', '2026-06-07', '2025-06-07..2026-06-07'],
    ['2024-02-29', '2025-02-28', '2024-02-29..2025-02-28'],
    ['2026-03-31', '2026-03-31', '2026-03-31..2026-03-31'],
    ['2021-01-01', '2021-12-31', '2021-03-31..2021-12-31'],
    ['2019-01-01', '2019-06-01', '2021-03-31..2019-06-01'],
    [' 2026-03-01 ', '', '2026-03-01..2026-03-31'],
  ])('%s to %s is %s', (from, to, range) => {
    expect(read(from, to)).toBe(range);
  });

  it.each([
    ['2025-06-07', '2026-06-17'],
    ['2026-03-02', '2026-03-01'],
    ['2026-04-01', undefined],
    ['2026-02-30', undefined],
    ['2026-3-1', undefined],
    ['20260301', undefined],
    ['yesterday', undefined],
    ['0000-01-01', undefined],
    [undefined, '2026-13-01'],
  ])('%s to %s is a bad request', (from, to) => {
    expect(() => read(from, to)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('Korean days begin at 15:00 UTC', () => {
    const days = readDayRange('2026-03-01', '2026-03-01', today);
    expect(deploymentRange(days, 'Asia/Seoul', { artifactId: 1 })).toEqual({
      artifactId: 1,
      fromDay: '2026-03-01',
      toDay: '2026-03-01',
      from: Date.UTC(2026, 1, 28, 15),
      before: Date.UTC(2026, 2, 1, 15),
    });
  });

  it('a day without midnight begins with the jump of its clock', () => {
    // Santiago, 2024-09-08: 00:00 becomes 01:00 (UTC-4 to UTC-3).
    const days = readDayRange('2024-09-08', '2024-09-08', today);
    expect(deploymentRange(days, 'America/Santiago', { artifactId: 1 }).from).toBe(Date.UTC(2024, 8, 8, 4));
  });
});
