import type { WorkloadState } from '../../../kubernetes/index.ts';
import type { Unit } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import { applyEvent } from '../deployments/apply-event.ts';
import { poolOf } from '../deployments/executor.ts';
import { type Said, say } from '../deployments/messages.ts';
import { tellScopeChanged } from '../deployments/news.ts';
import type { NullplatformTables } from '../tables.ts';

/** Brings what a cluster says of a deployment's instances into its numbers and its event log (contract nullplatform 3.4). */
export async function observeDeployment(
  context: Context,
  pool: string,
  state: WorkloadState,
  isOver: boolean,
): Promise<void> {
  const deploymentId = deploymentOf(pool);
  await context.parts.storage.write(async (unit) => {
    const scopeId = await scopeOf(unit, deploymentId);
    if (scopeId === undefined) return;
    await say(unit, { scopeId, deploymentId }, messagesOf(state, isOver));
    const { launched, healthy } = state;
    await applyEvent(context, unit, deploymentId, { kind: 'instances', launched, healthy });
  });
}

/** Says in a deployment's event log what a step of its rollout has to say of the cluster. */
export async function tellDeployment(
  { parts }: Context,
  rolloutId: string,
  text: string,
  isFailure: boolean,
): Promise<void> {
  await parts.storage.write(async (unit) => {
    const row = await unit
      .tables<NullplatformTables>()
      .selectFrom('np_action')
      .select(['scope_id', 'deployment_id'])
      .where('rollout_id', '=', rolloutId)
      .executeTakeFirst();
    if (!row) return;
    const place = { scopeId: row.scope_id, deploymentId: row.deployment_id };
    await say(unit, place, [{ level: isFailure ? 'ERROR' : 'WARNING', text }]);
    tellScopeChanged(unit, row.scope_id);
  });
}

function deploymentOf(pool: string): number {
  return Number(pool.slice(poolOf(0).length - 1));
}

async function scopeOf(unit: Unit, deploymentId: number): Promise<number | undefined> {
  const row = await unit
    .tables<NullplatformTables>()
    .selectFrom('np_deployment')
    .select('scope_id')
    .where('id', '=', deploymentId)
    .executeTakeFirst();
  return row?.scope_id;
}

function messagesOf(state: WorkloadState, isOver: boolean): Said[] {
  const { troubles, notReady, healthy, launched, wanted, isWell } = state;
  const counts: Said = {
    level: 'INFO',
    text: isWell
      ? `All ${wanted} instances are healthy`
      : `${launched} of ${wanted} instances are launched, ${healthy} are healthy`,
  };
  if (!isOver) {
    return [counts, ...troubles.map((text): Said => ({ level: 'WARNING', text: `Cluster: ${text}` }))];
  }
  const why = [...troubles, ...notReady].map((text): Said => ({ level: 'ERROR', text: `Cluster: ${text}` }));
  const hint: Said = {
    level: 'INFO',
    text: 'The image must listen on the port of main_http_port (8080) and answer the health check of the scope.',
  };
  return [{ ...counts, level: 'ERROR' }, ...why, hint];
}
