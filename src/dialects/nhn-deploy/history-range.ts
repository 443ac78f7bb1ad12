import { type Day, dayAt, dayText, nextDay, plusMonths, readDay, startOfDay } from './calendar.ts';
import { refusal } from './errors.ts';
import type { DeploymentRange } from './store/deployment.ts';

/** Nothing older is shown or kept (contract nhn-deploy 3.8 M). */
export const historyYears = 5;

/** The days of a history query, both included. */
export interface DayRange {
  readonly from: Day;
  readonly to: Day;
}

/**
 * The days that a history query means (contract nhn-deploy 3.8 M): by default the month up to today, at most a year,
 * nothing older than five years. Throws BAD_REQUEST.
 */
export function readDayRange(fromText: string | undefined, toText: string | undefined, today: Day): DayRange {
  const to = toText?.trim() ? required(toText.trim(), 'deploymentYearTo') : today;
  const from = fromText?.trim() ? required(fromText.trim(), 'deploymentYearFrom') : plusMonths(to, -1);
  if (dayText(from) > dayText(to)) {
    throw refusal(
      'BAD_REQUEST',
      `deploymentYearFrom ${dayText(from)} should not be after deploymentYearTo ${dayText(to)}`,
    );
  }
  if (dayText(plusMonths(from, 12)) < dayText(to)) {
    throw refusal('BAD_REQUEST', `${dayText(from)} to ${dayText(to)} is longer than a year; ask for less`);
  }
  const oldest = plusMonths(today, -12 * historyYears);
  return { from: dayText(from) < dayText(oldest) ? oldest : from, to };
}

function required(text: string, name: string): Day {
  const day = readDay(text);
  if (!day) throw refusal('BAD_REQUEST', `${name} should be a date like 2025-03-01`);
  return day;
}

/** The range with the moments that bound its days in `timeZone`. */
export function deploymentRange(
  days: DayRange,
  timeZone: string,
  of: { artifactId: number; serverGroupId?: number },
): DeploymentRange {
  return {
    ...of,
    fromDay: dayText(days.from),
    toDay: dayText(days.to),
    from: startOfDay(days.from, timeZone),
    before: startOfDay(nextDay(days.to), timeZone),
  };
}

/** The range of the last `years` years up to now, for exports of everything. */
export function wholeHistory(now: number, timeZone: string): DayRange {
  const today = dayAt(now, timeZone);
  return { from: plusMonths(today, -12 * historyYears), to: today };
}
