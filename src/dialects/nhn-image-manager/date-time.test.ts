import { expect, it } from 'vitest';
import { dateTime, momentOf } from './date-time.ts';

it('dates are in Korea time with an offset without a colon', () => {
  expect(dateTime(Date.UTC(2016, 1, 26, 6, 57, 6, 900), 'Asia/Seoul')).toBe('2016-02-26T15:57:06+0900');
  expect(dateTime(Date.UTC(2016, 1, 26, 6, 57, 6), 'America/New_York')).toBe('2016-02-26T01:57:06-0500');
});

it('the clock of a camera is read in the zone, also across a change of its offset', () => {
  expect(momentOf('2016-02-26T15:57:06', 'Asia/Seoul')).toBe(Date.UTC(2016, 1, 26, 6, 57, 6));
  expect(momentOf('2024-03-10T03:30:00', 'America/New_York')).toBe(Date.UTC(2024, 2, 10, 7, 30));
  expect(momentOf('0000-00-00T00:00:00', 'Asia/Seoul')).toBeNull();
});
