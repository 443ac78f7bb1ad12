/** One line that an instance on a host or in a cluster wrote; `at` is epoch milliseconds. A cluster knows no streams. */
export interface LogLine {
  readonly instance: string;
  readonly at: number;
  readonly stream: 'stdout' | 'stderr' | null;
  readonly text: string;
  /** When it came to the server, which may be long after it was written; in a cluster the same as `at`. */
  readonly arrivedAt: number;
  /** Its place among all lines of its instance, from 1; 0 where nobody counts them. */
  readonly number: number;
}

/** A part of a log, oldest first, and what continues it; null while nothing has been written. */
export interface LogPage {
  readonly lines: readonly LogLine[];
  readonly token: string | null;
}

/** Where a reader stands: of each instance that told something lately the last line that was given. */
export interface LogPosition {
  /** Lines that arrived no later than this (epoch milliseconds) are not asked for any more. */
  readonly after: number;
  readonly given: ReadonlyMap<string, Place>;
}

/** A line's place in what arrived of its instance. */
interface Place {
  readonly arrivedAt: number;
  readonly number: number;
}

/** Clocks of servers that share the files, and of a cluster's nodes, may differ by so many milliseconds. */
const lateness = 60_000;

const tokenPattern = /^\d{1,15}(~[\w.-]{1,8}:\d{1,13}:\d{1,12})*$/;

/** Reads the last `limit` lines of a log that were written or arrived after a moment (epoch milliseconds), oldest first. */
export type ReadLines = (range: {
  readonly after?: number;
  readonly arrivedAfter?: number;
  readonly limit: number;
}) => Promise<LogLine[]>;

/**
 * The end of a log: at least its last `limit` lines. Where a burst within one millisecond is longer than that and nobody
 * has counted its lines, `most` are read: they are told apart by numbers, which are counted from its beginning.
 */
export async function endOfLog(read: ReadLines, limit: number, most: number): Promise<LogLine[]> {
  const lines = await read({ limit });
  const [oldest] = lines;
  if (!oldest || lines.length < limit) return lines;
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  for (const { instance, at, number } of lines) {
    if (number > 0) continue;
    if (!first.has(instance)) first.set(instance, at);
    last.set(instance, at);
  }
  const isCut = [...last].some(([instance, at]) => first.get(instance) === at);
  return isCut ? await read({ after: oldest.at - 1, limit: most }) : lines;
}

/** What a token says; undefined for a text that is none. */
export function readLogToken(token: string): LogPosition | undefined {
  if (!tokenPattern.test(token)) return undefined;
  const [start, ...entries] = token.split('~');
  const after = Number(start);
  return {
    after,
    given: new Map(
      entries.map((entry) => {
        const [name = '', offset, number] = entry.split(':');
        return [name, { arrivedAt: after + Number(offset), number: Number(number) }];
      }),
    ),
  };
}

/**
 * The page that follows `position`: the first `limit` lines, in the order of their arrival, that were not given yet;
 * without a position the last `limit` that were written. `lines` are oldest first, and so is the page; `now` is epoch
 * milliseconds.
 */
export function logPage(
  lines: readonly LogLine[],
  position: LogPosition | undefined,
  limit: number,
  now: number,
): LogPage {
  const all = numbered(lines);
  const page = position
    ? all
        .filter((line) => isNew(line, position))
        .sort(byArrival)
        .slice(0, limit)
        .sort((one, other) => one.at - other.at)
    : all.slice(Math.max(0, all.length - limit));
  return { lines: page, token: tokenBehind(page, position, now) };
}

/** Lines that nobody counts are numbered within their millisecond. */
function numbered(lines: readonly LogLine[]): LogLine[] {
  const last = new Map<string, { readonly at: number; readonly number: number }>();
  return lines.map((line) => {
    if (line.number > 0) return line;
    const before = last.get(line.instance);
    const number = before?.at === line.at ? before.number + 1 : 1;
    last.set(line.instance, { at: line.at, number });
    return { ...line, number };
  });
}

function byArrival(one: Place, other: Place): number {
  return one.arrivedAt - other.arrivedAt || one.number - other.number;
}

function isNew(line: LogLine, { after, given }: LogPosition): boolean {
  if (line.arrivedAt <= after) return false;
  const last = given.get(shortName(line.instance));
  return !last || byArrival(line, last) > 0;
}

function tokenBehind(
  page: readonly LogLine[],
  position: LogPosition | undefined,
  now: number,
): string | null {
  const given = new Map(position?.given);
  for (const line of page) {
    const name = shortName(line.instance);
    const before = given.get(name);
    if (!before || byArrival(line, before) > 0) given.set(name, line);
  }
  if (given.size === 0) return position ? String(position.after) : null;
  // A node whose clock is ahead must not hide what the others write.
  const newest = Math.min(now, Math.max(...[...given.values()].map(({ arrivedAt }) => arrivedAt)));
  const after = Math.max(0, newest - lateness, position?.after ?? 0);
  const entries = [...given].filter(([, { arrivedAt }]) => arrivedAt > after);
  return [
    after,
    ...entries.map(([name, { arrivedAt, number }]) => `${name}:${arrivedAt - after}:${number}`),
  ].join('~');
}

/** Tokens stand in addresses: the end of an id, where ids differ, is enough. */
function shortName(instance: string): string {
  return instance.slice(-8);
}
