/** One line that an instance on a host or in a cluster wrote; `at` is epoch milliseconds. A cluster knows no streams. */
export interface LogLine {
  readonly instance: string;
  readonly at: number;
  readonly stream: 'stdout' | 'stderr' | null;
  readonly text: string;
}

/** A line with what tells it from others of its instance that were written within the same millisecond. */
export interface NumberedLine extends LogLine {
  /** From 1. */
  readonly number: number;
}

/** A part of a log, oldest first, and what continues it; null while nothing has been written. */
export interface LogPage {
  readonly lines: readonly NumberedLine[];
  readonly token: string | null;
}

/** Where a reader stands: of each instance that wrote lately the last line that was given. */
export interface LogPosition {
  /** Lines that are not younger than this (epoch milliseconds) are not asked for any more. */
  readonly after: number;
  readonly given: ReadonlyMap<string, { readonly at: number; readonly number: number }>;
}

/**
 * Hosts report what their instances wrote at their own pace: a line may come after younger ones of another host, by so
 * many milliseconds at most.
 */
const lateness = 60_000;

const tokenPattern = /^\d{1,15}(~[\w.-]{1,8}:\d{1,13}:\d{1,6})*$/;

/** Reads the last `limit` lines of a log that are younger than `after` (epoch milliseconds), oldest first. */
export type ReadLines = (range: { readonly after?: number; readonly limit: number }) => Promise<LogLine[]>;

/**
 * The end of a log: at least its last `limit` lines. Where a burst within one millisecond is longer than that, `most`
 * lines are read: its lines are told apart by their numbers, which are counted from its beginning.
 */
export async function endOfLog(read: ReadLines, limit: number, most: number): Promise<LogLine[]> {
  const lines = await read({ limit });
  const [oldest] = lines;
  if (!oldest || lines.length < limit) return lines;
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  for (const { instance, at } of lines) {
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
        return [name, { at: after + Number(offset), number: Number(number) }];
      }),
    ),
  };
}

/**
 * The page that follows `position`: the first `limit` lines that were not given yet; without a position the last
 * `limit` of all. `lines` are oldest first; `now` is epoch milliseconds.
 */
export function logPage(
  lines: readonly LogLine[],
  position: LogPosition | undefined,
  limit: number,
  now: number,
): LogPage {
  const all = numbered(lines);
  const page = position
    ? all.filter((line) => isNew(line, position)).slice(0, limit)
    : all.slice(Math.max(0, all.length - limit));
  return { lines: page, token: tokenBehind(page, position, now) };
}

function numbered(lines: readonly LogLine[]): NumberedLine[] {
  const last = new Map<string, { readonly at: number; readonly number: number }>();
  return lines.map((line) => {
    const before = last.get(line.instance);
    const number = before?.at === line.at ? before.number + 1 : 1;
    last.set(line.instance, { at: line.at, number });
    return { ...line, number };
  });
}

function isNew(line: NumberedLine, { after, given }: LogPosition): boolean {
  if (line.at <= after) return false;
  const last = given.get(shortName(line.instance));
  return !last || line.at > last.at || (line.at === last.at && line.number > last.number);
}

function tokenBehind(
  page: readonly NumberedLine[],
  position: LogPosition | undefined,
  now: number,
): string | null {
  const given = new Map(position?.given);
  for (const { instance, at, number } of page) given.set(shortName(instance), { at, number });
  if (given.size === 0) return position ? String(position.after) : null;
  // A host whose clock is ahead must not hide what the others write.
  const newest = Math.min(now, Math.max(...[...given.values()].map(({ at }) => at)));
  const after = Math.max(0, newest - lateness, position?.after ?? 0);
  const entries = [...given].filter(([, { at }]) => at > after);
  return [after, ...entries.map(([name, { at, number }]) => `${name}:${at - after}:${number}`)].join('~');
}

/** Tokens stand in addresses: the end of an id, where ids differ, is enough. */
function shortName(instance: string): string {
  return instance.slice(-8);
}
