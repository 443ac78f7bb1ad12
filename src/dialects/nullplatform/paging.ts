import { invalidParameter } from './errors.ts';
import { readId } from './input.ts';
import type { Call } from './operation.ts';

const defaultLimit = 30;
const largestLimit = 200;
const mostValues = 10;

/** Which part of a list, in which order. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
  readonly sort: { readonly column: string; readonly direction: 'asc' | 'desc' };
}

/** A condition of a list: the column has one of the values. */
export interface Filter {
  readonly column: string;
  readonly values: readonly (string | number)[];
}

/**
 * `limit` (default 30, at most 200), `offset` and `sort=<field>:asc|desc` (default the newest first). `sortable` names
 * the columns behind the fields that lists of this entity may be sorted by. Throws 400 (contract nullplatform 3.0).
 */
export function readPage(call: Pick<Call, 'query'>, sortable: Readonly<Record<string, string>> = {}): Page {
  const limit = readCount(call, 'limit', 1) ?? defaultLimit;
  const offset = readCount(call, 'offset', 0) ?? 0;
  return { limit: Math.min(limit, largestLimit), offset, sort: readSort(call, sortable) };
}

/** Columns that every list can be sorted by. */
const commonColumns: Readonly<Record<string, string>> = {
  id: 'id',
  created_at: 'created_at',
  updated_at: 'updated_at',
};

function readSort({ query }: Pick<Call, 'query'>, sortable: Readonly<Record<string, string>>): Page['sort'] {
  if (query.sort === undefined || query.sort === '') return { column: 'created_at', direction: 'desc' };
  const [field = '', direction = 'asc', ...rest] = query.sort.split(':');
  const columns = { ...commonColumns, ...sortable };
  const column = Object.hasOwn(columns, field) ? columns[field] : undefined;
  if (column === undefined || rest.length > 0 || (direction !== 'asc' && direction !== 'desc')) {
    throw invalidParameter('sort');
  }
  return { column, direction };
}

function readCount({ query }: Pick<Call, 'query'>, name: string, least: number): number | undefined {
  const text = query[name];
  if (text === undefined || text === '') return undefined;
  const count = /^\d{1,100}$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : Number.NaN;
  if (!(count >= least)) throw invalidParameter(name);
  return count;
}

/** The values of a filter, separated by commas; those behind the tenth are dropped (contract nullplatform 3.0). */
export function textValues({ query }: Pick<Call, 'query'>, name: string): readonly string[] | undefined {
  const text = query[name];
  if (text === undefined || text === '') return undefined;
  return [...new Set(text.split(',').map((value) => value.trim()))].slice(0, mostValues);
}

/** The ids of a filter. Throws 400 for one that is none. */
export function idValues(call: Pick<Call, 'query'>, name: string): readonly number[] | undefined {
  return textValues(call, name)?.map((value) => {
    const id = readId(value);
    if (id === undefined) throw invalidParameter(name);
    return id;
  });
}

/** The filters of a list, one for each parameter that was sent. `columns` says which column a parameter means. */
export function readFilters(
  call: Pick<Call, 'query'>,
  columns: Readonly<Record<string, string>>,
  idParameters: readonly string[] = [],
): Filter[] {
  return Object.entries(columns).flatMap(([name, column]) => {
    const values = idParameters.includes(name) ? idValues(call, name) : textValues(call, name);
    return values === undefined ? [] : [{ column, values }];
  });
}

/** A page as it is sent; `total` counts all that match. */
export function pageAnswer(page: Page, total: number, results: readonly object[]): object {
  return { paging: { total, offset: page.offset, limit: page.limit }, results };
}
