import type { RolloutQuery, RolloutState } from '../api.ts';

/** The filters of the list as the address carries them; empty means no filter. */
export interface Filters {
  readonly text: string;
  readonly state: string;
  readonly dialect: string;
  readonly who: string;
  /** A key of `ranges`, or `between` with `from` and `to` as `YYYY-MM-DD` in the reader's zone. */
  readonly when: string;
  readonly from: string;
  readonly to: string;
  readonly before: string;
}

/** The groups of states that people look for. */
export const stateGroups: Readonly<Record<string, readonly RolloutState[]>> = {
  active: ['queued', 'running', 'cancelling', 'failing'],
  succeeded: ['succeeded'],
  failed: ['failed'],
  cancelled: ['cancelled'],
};

/** How far back a list goes, in hours. */
export const ranges: Readonly<Record<string, number>> = { hour: 1, day: 24, week: 7 * 24, month: 30 * 24 };

/** How many deployments a page has. */
export const pageSize = 50;

const names = ['text', 'state', 'dialect', 'who', 'when', 'from', 'to', 'before'] as const;

/** The filters in the query of an address; what is not known reads as no filter. */
export function filtersOf(query: Readonly<Record<string, string | undefined>>): Filters {
  const read = Object.fromEntries(names.map((name) => [name, query[name] ?? ''])) as Record<
    (typeof names)[number],
    string
  >;
  if (!Object.hasOwn(stateGroups, read.state)) read.state = '';
  if (!Object.hasOwn(ranges, read.when) && read.when !== 'between') read.when = '';
  return read;
}

/** The address of the list with these filters. */
export function addressOf(filters: Partial<Filters>): string {
  const parameters = new URLSearchParams();
  for (const name of names) {
    const value = filters[name];
    const idle = (name === 'from' || name === 'to') && filters.when !== 'between';
    if (value && !idle) parameters.set(name, value);
  }
  const query = parameters.toString();
  return query === '' ? '/console/deployments' : `/console/deployments?${query}`;
}

/** Whether the list shows everything. */
export function unfiltered({ before, ...filters }: Filters): boolean {
  return addressOf(filters) === '/console/deployments';
}

/**
 * What the API is asked for, at the time `now`. One more than a page is asked for: so the list knows whether older
 * ones exist without counting them.
 */
export function queryOf(filters: Filters, now: number): RolloutQuery {
  const hours = ranges[filters.when];
  const from = hours === undefined ? dayStart(filters, filters.from, 0) : now - hours * 3_600_000;
  const to = hours === undefined ? dayStart(filters, filters.to, 1) : undefined;
  return {
    ...(filters.text.trim() === '' ? {} : { text: filters.text.trim() }),
    ...(filters.state === '' ? {} : { state: stateGroups[filters.state] ?? [] }),
    ...(filters.dialect === '' ? {} : { dialect: filters.dialect }),
    ...(filters.who.trim() === '' ? {} : { requestedBy: filters.who.trim() }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(filters.before === '' ? {} : { before: filters.before }),
    limit: pageSize + 1,
  };
}

/** The first moment of a day `YYYY-MM-DD` in the reader's zone, `plus` days later. */
function dayStart({ when }: Filters, text: string, plus: number): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (when !== 'between' || year === undefined) return undefined;
  return new Date(Number(year), Number(month) - 1, Number(day) + plus).getTime();
}
