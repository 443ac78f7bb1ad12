import { hasCluster } from '../../../kubernetes/index.ts';
import type { Context } from '../context.ts';
import { poolOf } from '../deployments/executor.ts';
import { clusterScopeType } from '../deployments/executors.ts';
import { versionSelector } from '../kubernetes/names.ts';
import type { Scope } from '../wire.ts';
import type { LogChange } from './deployment-shapes.ts';

/** One line that an instance wrote; a cluster knows no streams. */
export type LogLine = LogChange['lines'][number];

/** Which lines of a deployment's log: of one instance, and those in which a text stands, in any case. */
export interface LogWish {
  readonly instance?: string;
  readonly find?: string;
}

/** So much is read of a deployment's log at most; of an instance on a host a megabyte is kept. */
export const mostKept = 50_000;
/** The same for a cluster, which answers the first bytes of what is asked for: they have to reach the newest line. */
const mostOfPods = 10_000;

/** The last `limit` lines that the deployment's instances wrote, oldest first. Throws `unavailable` when its cluster is away. */
export async function logLines(
  context: Context,
  { scope, deployment }: { readonly scope: Scope; readonly deployment: { readonly id: number } },
  { instance, find = '' }: LogWish,
  limit: number,
): Promise<LogLine[]> {
  const wanted = find.toLowerCase();
  const read = scope.type === clusterScopeType ? linesOfPods : linesOfProcesses;
  // What is looked for may stand further up than the last lines.
  const lines = await read(context, scope.id, deployment.id, instance, wanted === '' ? limit : mostKept);
  return lines.filter(({ text }) => text.toLowerCase().includes(wanted)).slice(-limit);
}

/**
 * What has to be told to whoever was shown `before`, so that they show `after`: the lines that came since, and those
 * behind which one came late, as the hosts of a scope report one after another.
 */
export function logChange(before: readonly LogLine[], after: readonly LogLine[]): LogChange {
  let [dropped, kept] = [before.length, 0];
  // The longest run: a line may stand there many times.
  for (let start = 0; start < before.length - kept; start += 1) {
    const run = commonRun(before, start, after);
    if (run > kept) [dropped, kept] = [start, run];
  }
  return { dropped, kept, lines: after.slice(kept) };
}

/** How many lines of `before`, from `start`, are those with which `after` begins. */
function commonRun(before: readonly LogLine[], start: number, after: readonly LogLine[]): number {
  const most = Math.min(before.length - start, after.length);
  let run = 0;
  while (run < most && isSame(before[start + run], after[run])) run += 1;
  return run;
}

function isSame(one: LogLine | undefined, other: LogLine | undefined): boolean {
  return (
    one?.at === other?.at &&
    one?.text === other?.text &&
    one?.instance === other?.instance &&
    one?.stream === other?.stream
  );
}

async function linesOfProcesses(
  { parts }: Context,
  _scopeId: number,
  deploymentId: number,
  instance: string | undefined,
  limit: number,
): Promise<LogLine[]> {
  const range = instance === undefined ? { limit } : { instance, limit };
  const lines = await parts.engine.instances.lines([poolOf(deploymentId)], range);
  return lines.map((line) => ({
    instance: line.instance,
    at: line.at,
    stream: line.stream,
    text: line.text,
  }));
}

async function linesOfPods(
  { parts, kubernetes }: Context,
  scopeId: number,
  deploymentId: number,
  pod: string | undefined,
  limit: number,
): Promise<LogLine[]> {
  if (!hasCluster(parts.settings)) return [];
  const most = Math.min(limit, mostOfPods);
  const range = pod === undefined ? { limit: most } : { pod, limit: most };
  const lines = await kubernetes.pods.lines(versionSelector(scopeId, deploymentId), range);
  return lines.map((line) => ({ instance: line.pod, at: line.at, stream: null, text: line.text }));
}
