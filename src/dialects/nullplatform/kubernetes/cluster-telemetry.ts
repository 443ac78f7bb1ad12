import { hasCluster, type LineRange, type PodInstance } from '../../../kubernetes/index.ts';
import type { Reader } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import { clusterScopeType } from '../deployments/executors.ts';
import type { NullplatformTables } from '../tables.ts';
import { scopesSelector, versionOf } from './names.ts';

/** Scopes of one application that are read at once; nobody looks at more. */
const mostScopes = 100;

/** An instance of a scope in a cluster. */
export interface ClusterInstance extends PodInstance {
  readonly scopeId: number;
  readonly deploymentId: number;
}

/** Which scopes: of an application, and of those only some. */
export interface ClusterScopes {
  readonly applicationId: number;
  readonly scopes: readonly number[] | undefined;
}

/** The pods of an application's scopes in the cluster. Throws `unavailable` when the cluster is away. */
export async function clusterInstances(context: Context, which: ClusterScopes): Promise<ClusterInstance[]> {
  const selector = await selectorOf(context, which);
  if (selector === undefined) return [];
  const pods = await context.kubernetes.pods.list(selector);
  return pods.flatMap((pod) => {
    const version = versionOf(pod.labels);
    return version ? [{ ...pod, ...version }] : [];
  });
}

/** The last lines that they wrote, oldest first. Throws `unavailable` when the cluster is away. */
export async function clusterLines(context: Context, which: ClusterScopes, range: LineRange) {
  const selector = await selectorOf(context, which);
  return selector === undefined ? [] : await context.kubernetes.pods.lines(selector, range);
}

/**
 * `system.cpu_usage_percentage` and `system.memory_usage_percentage` of each version, the mean of its pods as it is now:
 * a cluster keeps no past (contract nullplatform 6.5). Empty where it has no metrics server.
 */
export async function clusterUsage(
  context: Context,
  which: ClusterScopes,
  metric: string,
): Promise<{ deploymentId: number; value: number; at: number }[]> {
  const selector = await selectorOf(context, which);
  if (selector === undefined) return [];
  const byVersion = new Map<number, { values: number[]; at: number }>();
  for (const usage of await context.kubernetes.pods.usage(selector)) {
    const value = metric.includes('cpu') ? usage.cpuPercent : usage.memoryPercent;
    const version = versionOf(usage.labels);
    if (value === undefined || !version) continue;
    const known = byVersion.get(version.deploymentId) ?? { values: [], at: 0 };
    known.values.push(value);
    byVersion.set(version.deploymentId, { values: known.values, at: Math.max(known.at, usage.at) });
  }
  return [...byVersion].map(([deploymentId, { values, at }]) => ({
    deploymentId,
    value: values.reduce((total, value) => total + value, 0) / values.length,
    at,
  }));
}

/** Whether some of the scopes are not in the cluster. */
export async function hasScopesElsewhere(
  { parts }: Context,
  { applicationId, scopes }: ClusterScopes,
): Promise<boolean> {
  const other = await parts.storage.read((reader) =>
    reader
      .tables<NullplatformTables>()
      .selectFrom('np_scope')
      .select('id')
      .where('application_id', '=', applicationId)
      .where('type', '<>', clusterScopeType)
      .where('status', '<>', 'deleted')
      .$if(scopes !== undefined, (query) => query.where('id', 'in', [...(scopes ?? [])]))
      .limit(1)
      .executeTakeFirst(),
  );
  return other !== undefined;
}

/** Undefined when none of the scopes is in a cluster. */
async function selectorOf({ parts }: Context, which: ClusterScopes): Promise<string | undefined> {
  if (!hasCluster(parts.settings)) return undefined;
  const ids = await parts.storage.read((reader) => clusterScopeIds(reader, which));
  return ids.length === 0 ? undefined : scopesSelector(ids);
}

async function clusterScopeIds(
  reader: Pick<Reader, 'tables'>,
  { applicationId, scopes }: ClusterScopes,
): Promise<number[]> {
  const rows = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_scope')
    .select('id')
    .where('application_id', '=', applicationId)
    .where('type', '=', clusterScopeType)
    .where('status', '<>', 'deleted')
    .$if(scopes !== undefined, (query) => query.where('id', 'in', (scopes ?? []).slice(0, mostScopes)))
    .orderBy('id', 'desc')
    .limit(mostScopes)
    .execute();
  return rows.map(({ id }) => id);
}
