import { calendarDay, zonedTime } from '../../vendors/nhn-cloud/index.ts';

/** A date without a time, as people write it in queries. */
export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** Reads `yyyy-MM-dd`; undefined for any other form and for days that no calendar has. */
export function readDay(text: string): Day | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return undefined;
  const day = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  const known = day.year > 0 && day.month >= 1 && day.month <= 12 && day.day >= 1;
  return known && day.day <= daysInMonth(day.year, day.month) ? day : undefined;
}

/** `yyyy-MM-dd`; such texts sort like the days. */
export function dayText(day: Day): string {
  return `${String(day.year).padStart(4, '0')}-${String(day.month).padStart(2, '0')}-${String(day.day).padStart(2, '0')}`;
}

/** The day that the calendar of `timeZone` shows at `epoch` (milliseconds). */
export function dayAt(epoch: number, timeZone: string): Day {
  const { year, month, day } = zonedTime(epoch, timeZone);
  return { year, month, day };
}

/** `months` later (or earlier, when negative): the same day, or the month's last when it has no such day. */
export function plusMonths(day: Day, months: number): Day {
  const index = day.year * 12 + (day.month - 1) + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12 + 1;
  return { year, month, day: Math.min(day.day, daysInMonth(year, month)) };
}

/** The day after. */
export function nextDay(day: Day): Day {
  const next = new Date(utc(day) + 86_400_000);
  return { year: next.getUTCFullYear(), month: next.getUTCMonth() + 1, day: next.getUTCDate() };
}

/** The first moment of the day in `timeZone`, epoch milliseconds. */
export function startOfDay(day: Day, timeZone: string): number {
  const midnight = utc(day);
  // The offset at the wanted moment, found by looking at the offset near it; twice, for a change of it in between.
  let epoch = midnight - zonedTime(midnight, timeZone).offsetMinutes * 60_000;
  epoch = midnight - zonedTime(epoch, timeZone).offsetMinutes * 60_000;
  // Where a clock jumps over midnight, the day begins with the jump.
  while (calendarDay(epoch, timeZone) < dayText(day)) epoch += 900_000;
  return epoch;
}

function daysInMonth(year: number, month: number): number {
  return new Date(utc({ year, month: month + 1, day: 0 })).getUTCDate();
}

function utc(day: Day): number {
  // Date.UTC reads years below 100 as 19xx.
  const date = new Date(0);
  date.setUTCFullYear(day.year, day.month - 1, day.day);
  return date.getTime();
}
