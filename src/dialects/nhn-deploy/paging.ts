import { refusal } from './errors.ts';

/** One page of a list; both numbers count from 1 (contract nhn-deploy 3.8). */
export interface Page {
  readonly offset: number;
  readonly size: number;
}

const usualSize = 20;
const largestSize = 1000;

/** Reads `pageNum` and `pageSize`; throws BAD_REQUEST for 0, negative and non-numeric ones. */
export function readPage(query: Readonly<Record<string, string>>): Page {
  const number = readCount(query.pageNum, 1);
  const size = Math.min(readCount(query.pageSize, usualSize), largestSize);
  return { offset: Math.min((number - 1) * size, Number.MAX_SAFE_INTEGER), size };
}

function readCount(text: string | undefined, usual: number): number {
  const digits = text?.trim() ?? '';
  if (digits === '') return usual;
  if (!/^\d{1,18}$/.test(digits) || Number(digits) < 1) {
    throw refusal('BAD_REQUEST', `pageNum and pageSize are numbers from 1, not "${digits.slice(0, 40)}"`);
  }
  return Number(digits);
}
