import { offsetText, zonedTime } from '../../vendors/nhn-cloud/index.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** `2016-02-26T15:57:06+0900`: seconds, and the offset without a colon (contract nhn-image-manager 2.7). */
export function dateTime(epoch: number, timeZone: string): string {
  const at = zonedTime(epoch, timeZone);
  const day = `${String(at.year).padStart(4, '0')}-${two(at.month)}-${two(at.day)}`;
  const time = `${two(at.hour)}:${two(at.minute)}:${two(at.second)}`;
  return `${day}T${time}${offsetText(at.offsetMinutes).replace(':', '')}`;
}

/**
 * The moment at which clocks in `timeZone` show `local` (`2016-02-26T15:57:06`), epoch milliseconds; null for a text
 * that is no moment. Cameras write their clock without a zone (contract nhn-image-manager 2.8).
 */
export function momentOf(local: string, timeZone: string): number | null {
  const shown = Date.parse(`${local}Z`);
  if (Number.isNaN(shown)) return null;
  // The offset at the wanted moment, found by looking at the offset near it; twice, for a change of it in between.
  const near = shown - zonedTime(shown, timeZone).offsetMinutes * 60_000;
  return shown - zonedTime(near, timeZone).offsetMinutes * 60_000;
}
