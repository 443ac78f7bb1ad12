import type { Reader } from '../../../storage/index.ts';
import type { Deployment } from '../deployments/rows.ts';
import { rowById, rowsById } from '../store/row.ts';
import type { NullplatformTables } from '../tables.ts';
import type { Approval } from './approval-view.ts';
import type { ScopePage } from './scope-shapes.ts';

const mostDeployments = 20;

/** The last deployments of the scope, the newest first. */
export async function historyOfScope(
  reader: Pick<Reader, 'tables'>,
  scopeId: number,
): Promise<ScopePage['history']> {
  const rows = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_deployment')
    .select(['id', 'status', 'status_in_scope', 'strategy', 'release_id', 'description', 'created_at'])
    .where('scope_id', '=', scopeId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(mostDeployments)
    .execute();
  const releases = await rowsById(
    reader,
    'np_release',
    rows.map((row) => row.release_id),
  );
  return rows.map((row) => ({
    id: row.id,
    status: row.status,
    isActive: row.status_in_scope === 'active',
    strategy: row.strategy,
    semver: releases.get(row.release_id)?.semver ?? '',
    description: row.description,
    createdAt: row.created_at,
  }));
}

/** What a deployment waits for and follows: its approval, and the plan that moves its traffic. */
export async function guidanceOf(
  reader: Pick<Reader, 'tables'>,
  deploymentId: number,
): Promise<{ deployment: Deployment; approval: Approval | undefined; plan: string | null } | null> {
  const deployment = await rowById(reader, 'np_deployment', deploymentId);
  if (!deployment) return null;
  const approval = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_approval')
    .selectAll()
    .where('deployment_id', '=', deploymentId)
    .executeTakeFirst();
  // Its rules are still watched, but it moves nothing any more.
  const strategy = deployment.traffic_by_hand === 1 ? null : deployment.external_strategy_id;
  const plan = strategy === null ? undefined : await rowById(reader, 'np_strategy', strategy);
  return { deployment, approval, plan: plan?.name ?? null };
}
