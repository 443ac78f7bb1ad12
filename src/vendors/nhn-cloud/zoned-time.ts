/** A moment as a calendar and a clock in one time zone show it. */
export interface ZonedTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** Minutes east of UTC: 540 in Seoul. */
  readonly offsetMinutes: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

// Making an Intl.DateTimeFormat costs about 50 µs and formatting 1 µs, and every row of a list needs one.
function format(timeZone: string): Intl.DateTimeFormat {
  let found = formats.get(timeZone);
  if (!found) {
    found = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, found);
  }
  return found;
}

/** What calendar and clock show in `timeZone` (an IANA name) at `epoch` (milliseconds). Throws RangeError for an unknown zone. */
export function zonedTime(epoch: number, timeZone: string): ZonedTime {
  const parts: Record<string, number> = {};
  for (const part of format(timeZone).formatToParts(epoch)) parts[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const millisecond = ((epoch % 1000) + 1000) % 1000;
  const shown = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  return {
    year,
    month,
    day,
    hour,
    minute,
    second,
    millisecond,
    offsetMinutes: Math.round((shown - epoch) / 60_000),
  };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `+09:00`. */
export function offsetText(offsetMinutes: number): string {
  const size = Math.abs(offsetMinutes);
  return `${offsetMinutes < 0 ? '-' : '+'}${two(Math.trunc(size / 60))}:${two(size % 60)}`;
}

/** `2025-03-01T12:00:00+09:00`, the form of dates in lists (contract nhn-deploy 3.2). */
export function zonedDateTime(epoch: number, timeZone: string): string {
  const at = zonedTime(epoch, timeZone);
  const time = `${two(at.hour)}:${two(at.minute)}:${two(at.second)}`;
  return `${calendarDay(epoch, timeZone)}T${time}${offsetText(at.offsetMinutes)}`;
}

/** `2025-03-01`: the day that the calendar of `timeZone` shows at `epoch`. */
export function calendarDay(epoch: number, timeZone: string): string {
  const at = zonedTime(epoch, timeZone);
  return `${String(at.year).padStart(4, '0')}-${two(at.month)}-${two(at.day)}`;
}
