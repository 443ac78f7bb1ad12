import { zonedDateTime } from '../../vendors/nhn-cloud/index.ts';

/** The most characters of a version after normalising (contract nhn-deploy 5.2). */
export const longestVersion = 100;

/** ASCII punctuation that a version may not hold, and control characters. */
const forbidden = /[!"#$%&'*+/:;<=>?@[\\\]^`{|}]|\p{Cc}/gu;

/**
 * A version as it is stored: blanks become `_`, forbidden punctuation goes, everything else stays
 * (contract nhn-deploy 5.1). Empty when nothing is left: then the upload gets a generated label.
 * @example normalVersion('feature/x 1+2') === 'featurex_12'
 */
export function normalVersion(given: string): string {
  return given.trim().replaceAll(/\s/g, '_').replaceAll(forbidden, '');
}

/** Whether a normalised version is longer than `longestVersion` characters. */
export function isVersionTooLong(version: string): boolean {
  return version.length > longestVersion && [...version].length > longestVersion;
}

/** The label of an upload without version: the second in which it began (contract nhn-deploy 5.1). */
export function timeLabel(at: number, timeZone: string): string {
  return zonedDateTime(at, timeZone).slice(0, 19).replaceAll(/\D/g, '');
}

/** The first label from `beganAt` on, second by second, that is not among `taken`. */
export function freeTimeLabel(beganAt: number, timeZone: string, taken: ReadonlySet<string>): string {
  for (let at = beganAt; ; at += 1000) {
    const label = timeLabel(at, timeZone);
    if (!taken.has(label)) return label;
  }
}
