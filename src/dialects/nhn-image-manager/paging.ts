import { refusal } from './errors.ts';
import { type Fields, integerField, textField } from './fields.ts';

/** The most rows of one page (contract nhn-image-manager 5.7). */
export const mostRows = 10_000;

/** A page of a list, counted from 1. */
export interface Page {
  readonly page: number;
  readonly rows: number;
}

/** How a list is sorted. */
export interface Sort {
  readonly by: 'name' | 'date';
  readonly descending: boolean;
}

/** Reads `page` and `rows`. Throws INVALID_VALUE, TOO_LOW, TOO_MANY_REQUESTED (contract nhn-image-manager 3.2). */
export function readPage(fields: Fields, defaultRows: number): Page {
  const page = integerField(fields, 'page') ?? 1;
  const rows = integerField(fields, 'rows') ?? defaultRows;
  if (page < 1) throw refusal('TOO_LOW', 'page', 1);
  if (rows < 1) throw refusal('TOO_LOW', 'rows', 1);
  if (rows > mostRows) throw refusal('TOO_MANY_REQUESTED');
  return { page, rows };
}

/** Reads `sort`, like `date:desc`. Throws INVALID_VALUE. */
export function readSort(fields: Fields, defaultSort: string): Sort {
  const match = /^(name|date):(asc|desc)$/.exec(textField(fields, 'sort') ?? defaultSort);
  if (!match) throw refusal('INVALID_VALUE', 'sort');
  return { by: match[1] as Sort['by'], descending: match[2] === 'desc' };
}
