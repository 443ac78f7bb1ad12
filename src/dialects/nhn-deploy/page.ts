import { refusal } from './errors.ts';
import { readLong, unknownId } from './wire.ts';

/** The most rows of a page (contract nhn-deploy 3.8 L). */
export const largestPage = 1000;

/** Which rows a page holds. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** Reads a page number and size, both from 1 (contract nhn-deploy 3.8); a blank one has its default. Throws BAD_REQUEST. */
export function readPage(pageNum: string | undefined, pageSize: string | undefined, usualSize = 20): Page {
  const limit = Math.min(readPositive(pageSize, 'pageSize', usualSize), largestPage);
  const before = readPositive(pageNum, 'pageNum', 1) - 1;
  return { limit, offset: Math.min(before * limit, Number.MAX_SAFE_INTEGER) };
}

function readPositive(text: string | undefined, name: string, usual: number): number {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return usual;
  const number = readLong(trimmed);
  if (number === undefined) throw refusal('BAD_REQUEST', `${name} should be a number from 1`);
  return number === unknownId ? Number.MAX_SAFE_INTEGER : number;
}
