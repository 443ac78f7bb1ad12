import { refusal } from './errors.ts';

/** Most bytes of a path that is given, of one name, and of the path that results (contract nhn-image-manager 3). */
const longestGiven = 255;
const longestName = 255;
const longestPath = 1024;

const forbidden = /[~\\:?*"|]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const control = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Checks a folder's path and answers it in NFC without a slash at its end, `/` for the root. Throws MISSING_NAME,
 * NAME_LENGTH, INVALID_PARAMETER, INVALID_CHARACTERS, in this order (contract nhn-image-manager 3, path rules).
 */
export function folderPath(given: string | undefined): string {
  const path = givenPath(given);
  if (path === '/') return path;
  const folder = path.endsWith('/') ? path.slice(0, -1) : path;
  checkSegments(folder);
  return folder;
}

/** Checks the path of a file, which ends in its name. Throws like `folderPath`, and MISSING_NAME for a slash at the end. */
export function filePath(given: string | undefined): string {
  const path = givenPath(given);
  if (path.endsWith('/')) throw refusal('MISSING_NAME');
  checkSegments(path);
  return path;
}

/** A name, or some with slashes between, below a folder. Throws for bad ones, and PATH_TOO_LONG above 1024 bytes. */
export function pathBelow(folder: string, names: string): string {
  const path = `${folder === '/' ? '' : folder}/${names.normalize('NFC')}`;
  checkSegments(path);
  if (Buffer.byteLength(path) > longestPath) throw refusal('PATH_TOO_LONG');
  return path;
}

/** The last name of a path; `/` for the root. */
export function nameOf(path: string): string {
  return path === '/' ? path : path.slice(path.lastIndexOf('/') + 1);
}

function givenPath(given: string | undefined): string {
  if (given === undefined || given === '') throw refusal('MISSING_NAME');
  const path = given.normalize('NFC');
  if (path === '/') return path;
  if ([...path].length < 2 || Buffer.byteLength(path) > longestGiven) throw refusal('NAME_LENGTH');
  if (!path.startsWith('/')) throw refusal('INVALID_PARAMETER');
  return path;
}

function checkSegments(path: string): void {
  const names = path.slice(1).split('/');
  if (names.some((name) => name === '' || name === '.' || name === '..') || control.test(path)) {
    throw refusal('INVALID_CHARACTERS');
  }
  // A lone half of a pair cannot be written as UTF-8, so no name could be told from another.
  if (/[\ud800-\udfff]/u.test(path)) throw refusal('INVALID_CHARACTERS');
  if (names.some((name) => [...name].length < 2 || Buffer.byteLength(name) > longestName)) {
    throw refusal('NAME_LENGTH');
  }
  if (names.some((name) => forbidden.test(name))) throw refusal('INVALID_CHARACTERS');
}
