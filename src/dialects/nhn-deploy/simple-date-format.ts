import { offsetText, type ZonedTime, zonedTime } from '../../vendors/nhn-cloud/index.ts';

/**
 * The date patterns of Java's SimpleDateFormat, which `$${timestamp.<pattern>}` promises (contract nhn-deploy 5.4).
 * Words are English; weeks begin on Sunday and the first one holds January 1st, as Java does for Korea and the US.
 */

const months = [
  ['Jan', 'January'],
  ['Feb', 'February'],
  ['Mar', 'March'],
  ['Apr', 'April'],
  ['May', 'May'],
  ['Jun', 'June'],
  ['Jul', 'July'],
  ['Aug', 'August'],
  ['Sep', 'September'],
  ['Oct', 'October'],
  ['Nov', 'November'],
  ['Dec', 'December'],
] as const;
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const dayMilliseconds = 86_400_000;

/** The date at `epoch` (milliseconds) in `timeZone`; undefined when `pattern` is not a pattern (Java throws then). */
export function formatSimpleDate(pattern: string, epoch: number, timeZone: string): string | undefined {
  const moment = momentOf(epoch, timeZone);
  let text = '';
  let index = 0;
  while (index < pattern.length) {
    const letter = pattern.charAt(index);
    if (letter === "'") {
      const quoted = readQuoted(pattern, index);
      if (!quoted) return undefined;
      text += quoted.text;
      index = quoted.next;
    } else if (/[A-Za-z]/.test(letter)) {
      let next = index + 1;
      while (pattern.charAt(next) === letter) next += 1;
      const field = fields[letter]?.(moment, next - index);
      if (field === undefined) return undefined;
      text += field;
      index = next;
    } else {
      text += letter;
      index += 1;
    }
  }
  return text;
}

/** Text between quotes stands for itself, two quotes for one, inside and outside. */
function readQuoted(pattern: string, start: number): { text: string; next: number } | undefined {
  if (pattern.charAt(start + 1) === "'") return { text: "'", next: start + 2 };
  let text = '';
  for (let index = start + 1; index < pattern.length; index += 1) {
    if (pattern.charAt(index) !== "'") text += pattern.charAt(index);
    else if (pattern.charAt(index + 1) === "'") {
      text += "'";
      index += 1;
    } else return { text, next: index + 1 };
  }
  return undefined;
}

interface Moment extends ZonedTime {
  readonly zoneName: string;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1 to 366. */
  readonly dayOfYear: number;
}

function momentOf(epoch: number, timeZone: string): Moment {
  const at = zonedTime(epoch, timeZone);
  const midnight = Date.UTC(at.year, at.month - 1, at.day);
  return {
    ...at,
    zoneName: timeZone === 'Asia/Seoul' ? 'KST' : timeZone,
    weekday: new Date(midnight).getUTCDay(),
    dayOfYear: Math.round((midnight - Date.UTC(at.year, 0, 1)) / dayMilliseconds) + 1,
  };
}

const padded = (value: number, width: number): string => String(value).padStart(width, '0');
const year = (value: number, width: number): string =>
  width === 2 ? padded(value % 100, 2) : padded(value, width);

/** The week that holds January 1st is week 1 of the new year, also for its days in December. */
function week(moment: Moment): { year: number; week: number } {
  const saturday = new Date(Date.UTC(moment.year, moment.month - 1, moment.day + 6 - moment.weekday));
  if (saturday.getUTCFullYear() > moment.year) return { year: moment.year + 1, week: 1 };
  const firstWeekday = new Date(Date.UTC(moment.year, 0, 1)).getUTCDay();
  return { year: moment.year, week: Math.floor((moment.dayOfYear - 1 + firstWeekday) / 7) + 1 };
}

function weekOfMonth(moment: Moment): number {
  const first = (((moment.weekday - (moment.day - 1)) % 7) + 7) % 7;
  return Math.floor((moment.day - 1 + first) / 7) + 1;
}

function isoZone(moment: Moment, width: number): string | undefined {
  if (width > 3) return undefined;
  if (moment.offsetMinutes === 0) return 'Z';
  const text = offsetText(moment.offsetMinutes);
  if (width === 1) return text.slice(0, 3);
  return width === 2 ? text.replace(':', '') : text;
}

const fields: Readonly<Record<string, (moment: Moment, width: number) => string | undefined>> = {
  G: (moment) => (moment.year > 0 ? 'AD' : 'BC'),
  y: (moment, width) => year(moment.year, width),
  Y: (moment, width) => year(week(moment).year, width),
  M: (moment, width) => month(moment, width),
  L: (moment, width) => month(moment, width),
  w: (moment, width) => padded(week(moment).week, width),
  W: (moment, width) => padded(weekOfMonth(moment), width),
  D: (moment, width) => padded(moment.dayOfYear, width),
  d: (moment, width) => padded(moment.day, width),
  F: (moment, width) => padded(Math.floor((moment.day - 1) / 7) + 1, width),
  E: (moment, width) => (width > 3 ? weekdays[moment.weekday] : weekdays[moment.weekday]?.slice(0, 3)),
  u: (moment, width) => padded(moment.weekday === 0 ? 7 : moment.weekday, width),
  a: (moment) => (moment.hour < 12 ? 'AM' : 'PM'),
  H: (moment, width) => padded(moment.hour, width),
  k: (moment, width) => padded(moment.hour === 0 ? 24 : moment.hour, width),
  K: (moment, width) => padded(moment.hour % 12, width),
  h: (moment, width) => padded(moment.hour % 12 === 0 ? 12 : moment.hour % 12, width),
  m: (moment, width) => padded(moment.minute, width),
  s: (moment, width) => padded(moment.second, width),
  S: (moment, width) => padded(moment.millisecond, width),
  z: (moment) => moment.zoneName,
  Z: (moment) => offsetText(moment.offsetMinutes).replace(':', ''),
  X: isoZone,
};

function month(moment: Moment, width: number): string | undefined {
  if (width < 3) return padded(moment.month, width);
  return months[moment.month - 1]?.[width === 3 ? 0 : 1];
}
