import type { Unit } from '../../../storage/index.ts';
import { rowsById } from '../store/row.ts';
import type { NullplatformTables } from '../tables.ts';
import { parsed } from '../wire.ts';
import type { DeploymentState, StrategyData } from './deployment-state.ts';
import { say } from './messages.ts';

/**
 * Keeps the status of a scope in step with those who answer its requests: `unhealthy` while none of them is well,
 * `active` otherwise (contract nullplatform 3.10). It falls only when the last one of `falling`, a deployment, stopped
 * being well: what has just been activated may not have been counted yet. A scope that is being emptied is left alone.
 */
export async function followHealth(unit: Unit, scopeId: number, falling: number | undefined): Promise<void> {
  const tables = unit.tables<NullplatformTables>();
  const scope = await tables
    .selectFrom('np_scope')
    .select(['status', 'active_deployment_id', 'in_progress_deployment_id'])
    .where('id', '=', scopeId)
    .executeTakeFirstOrThrow();
  const { status, active_deployment_id: activeId, in_progress_deployment_id: candidateId } = scope;
  if (activeId === null || (status !== 'active' && status !== 'unhealthy')) return;
  const rows = await rowsById(unit, 'np_deployment', [activeId, candidateId]);
  const dataOf = (id: number | null) => parsed<StrategyData>(rows.get(id ?? 0)?.strategy_data_json ?? '{}');
  const next = isAnswered(dataOf(activeId), dataOf(candidateId)) ? 'active' : 'unhealthy';
  const mayFall = falling !== undefined && (falling === activeId || falling === candidateId);
  if (next === status || (next === 'unhealthy' && !mayFall)) return;
  await tables
    .updateTable('np_scope')
    .set({ status: next, updated_at: unit.now })
    .where('id', '=', scopeId)
    .execute();
  await say(unit, { scopeId, deploymentId: null }, [
    next === 'active'
      ? { level: 'INFO', text: 'Scope: active' }
      : { level: 'WARNING', text: 'Scope: unhealthy. No instance that gets its requests is well' },
  ]);
}

/** Pure: whether the last of the instances that were well is not any more. */
export function hasFallen(before: DeploymentState, after: DeploymentState): boolean {
  return (before.data.healthy_instances ?? 0) > 0 && after.data.healthy_instances === 0;
}

/** Whether requests go anywhere where somebody is well: to the version that serves, or to the one that is rolled out. */
function isAnswered(active: StrategyData, candidate: StrategyData): boolean {
  const share = candidate.switched_traffic ?? 0;
  return (
    (share < 100 && (active.healthy_instances ?? 0) > 0) ||
    (share > 0 && (candidate.healthy_instances ?? 0) > 0)
  );
}
