import { isCoreError } from '../errors/index.ts';
import type { Cluster } from './cluster.ts';

/** A line that a pod's container wrote. `at` is epoch milliseconds of its node. */
export interface PodLine {
  readonly pod: string;
  readonly at: number;
  readonly text: string;
}

/** Which lines: the last `limit` ones after and before these instants, epoch milliseconds; of one pod where it is named. */
export interface LineRange {
  readonly after?: number;
  readonly before?: number;
  readonly pod?: string;
  readonly limit: number;
}

/** What is read of one pod at most. */
const mostBytes = 4 * 1024 * 1024;
/** Pods whose logs are read at the same time. */
const atOnce = 8;

/** The last lines of some pods, merged by time, oldest first. Pods that have written nothing yet are passed over. */
export async function readPodLines(
  cluster: Cluster,
  pods: readonly string[],
  range: LineRange,
  signal: AbortSignal,
): Promise<PodLine[]> {
  let last: PodLine[] = [];
  for (let index = 0; index < pods.length; index += atOnce) {
    const some = pods.slice(index, index + atOnce);
    const texts = await Promise.all(
      some.map((pod) => cluster.log(pod, queryOf(range), signal).catch(unlessAway)),
    );
    const lines = some.flatMap((pod, place) => podLines(pod, texts[place] ?? '', range));
    last = [...last, ...lines].sort((one, other) => one.at - other.at).slice(-range.limit);
  }
  return last;
}

/** A node that is away keeps nobody from reading what the others have: its pods are passed over. */
function unlessAway(error: unknown): undefined {
  if (!isCoreError(error, 'unavailable')) throw error;
}

function queryOf({ after, before, limit }: LineRange): URLSearchParams {
  const query = new URLSearchParams({ timestamps: 'true', limitBytes: String(mostBytes) });
  if (after !== undefined) query.set('sinceTime', new Date(after).toISOString());
  // The API knows no end: what lies before one may be further up than the last lines.
  if (before === undefined) query.set('tailLines', String(limit));
  return query;
}

/** Reads a log whose lines begin with their time. Pure. */
export function podLines(
  pod: string,
  log: string,
  { after = 0, before = Number.MAX_SAFE_INTEGER }: Omit<LineRange, 'limit'>,
): PodLine[] {
  return log.split('\n').flatMap((line) => {
    const space = line.indexOf(' ');
    const at = Date.parse(space < 0 ? line : line.slice(0, space));
    if (Number.isNaN(at) || at <= after || at >= before) return [];
    return [{ pod, at, text: space < 0 ? '' : line.slice(space + 1) }];
  });
}
