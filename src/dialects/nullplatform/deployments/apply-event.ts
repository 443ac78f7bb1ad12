import type { Unit } from '../../../storage/index.ts';
import { cancelApproval, executeApproval } from '../approvals/approval-effects.ts';
import type { Context } from '../context.ts';
import { followStrategy, tellLeft } from '../strategies/follow.ts';
import type { NullplatformTables } from '../tables.ts';
import { decide } from './deployment-machine.ts';
import { columnsOf, stateOf } from './deployment-row.ts';
import type { DeploymentCommand, DeploymentEvent } from './deployment-state.ts';
import { type By, type NewEvent, platform } from './event.ts';
import { poolOf } from './executor.ts';
import { type Said, say } from './messages.ts';
import { tellScopeChanged } from './news.ts';
import { withdrawAction } from './reported-actions.ts';
import { type PlacedDeployment, placedDeployment } from './rows.ts';
import { runAction } from './run-action.ts';
import { followHealth, hasFallen } from './scope-health.ts';
import { continueScope } from './scope-lifecycle.ts';
import { finalizeKind } from './timer-kinds.ts';
import { timingOf } from './timing.ts';

/**
 * Feeds an event to a deployment's machine, stores what it decides and carries out what follows, all in the unit.
 * Returns the refusal of a user's wish, or undefined. An unknown deployment hears nothing.
 */
export async function applyEvent(
  context: Context,
  unit: Unit,
  deploymentId: number,
  event: NewEvent,
  by: By = platform,
): Promise<string | undefined> {
  const placed = await placedDeployment(unit, deploymentId);
  if (!placed) return undefined;
  const { deployment } = placed;
  const before = stateOf(deployment);
  const decision = decide(before, { ...event, at: unit.now } as DeploymentEvent);
  if ('refused' in decision) return decision.refused;
  const { state, commands } = decision;
  if (state === before && commands.length === 0) return undefined;
  const tables = unit.tables<NullplatformTables>();
  // First, because a scope has one active deployment at any instant.
  if (commands.some((command) => command.do === 'activate')) await supersede(context, unit, placed);
  const columns = columnsOf(state);
  await tables
    .updateTable('np_deployment')
    .set({
      ...columns,
      updated_at: unit.now,
      ...(by.userId === null ? {} : { updated_by: by.userId }),
      ...(state.action === null ? { rollout_id: null } : {}),
    })
    .where('id', '=', deploymentId)
    .execute();
  const said = commands.filter((command) => command.do === 'say');
  await say(unit, { scopeId: deployment.scope_id, deploymentId }, said as readonly Said[]);
  const stored = { ...placed, deployment: { ...deployment, ...columns } };
  // A command may lead to a further event of this deployment (a cancelled rollout ends at once): all is stored by now.
  for (const command of commands) await carryOut(context, unit, stored, command, by);
  if (healthEvents.has(event.kind)) {
    await followHealth(unit, deployment.scope_id, hasFallen(before, state) ? deploymentId : undefined);
  }
  tellScopeChanged(unit, deployment.scope_id);
  return undefined;
}

/** What may change who answers the requests of a scope. */
const healthEvents: ReadonlySet<DeploymentEvent['kind']> = new Set(['instances', 'reported', 'action-ended']);

async function carryOut(
  context: Context,
  unit: Unit,
  placed: PlacedDeployment,
  command: DeploymentCommand,
  by: By,
): Promise<void> {
  const { engine, work } = context.parts;
  const { deployment, scope } = placed;
  switch (command.do) {
    case 'run':
      return await runAction(context, unit, placed, command.action, by);
    case 'cancel-action':
      if (deployment.rollout_id === null)
        return await withdrawAction(context, unit, deployment.id, applyEvent);
      await engine.cancel(unit, deployment.rollout_id, by.name);
      return;
    case 'cancel-approval':
      return await cancelApproval(unit, deployment.id);
    case 'execute-approval':
      return await executeApproval(context, unit, deployment.id, by, applyEvent);
    case 'follow-strategy':
      return await followStrategy(context, unit, deployment);
    case 'leave-steps':
      return await tellLeft(unit, deployment);
    case 'finalize-later':
      return await work.enqueue(unit, {
        kind: finalizeKind,
        input: { deploymentId: deployment.id },
        notBefore: unit.now + timingOf(context.parts).finalizeSeconds * 1000,
      });
    case 'activate':
      return await setActive(unit, placed, deployment.id);
    case 'deactivate':
      return await setActive(unit, placed, null);
    case 'retire':
      return await retireOwn(context, unit, placed);
    case 'free-slot':
      await unit
        .tables<NullplatformTables>()
        .updateTable('np_scope')
        .set({ in_progress_deployment_id: null })
        .where('id', '=', scope.id)
        .where('in_progress_deployment_id', '=', deployment.id)
        .execute();
      return await continueScope(context, unit, scope.id, applyEvent);
    case 'say':
      return;
  }
}

/** The deployment that served the scope until now does so no more; its rollout stays what it was. */
async function supersede(
  context: Context,
  unit: Unit,
  { deployment, scope }: PlacedDeployment,
): Promise<void> {
  const previous = await unit
    .tables<NullplatformTables>()
    .updateTable('np_deployment')
    .set({ status_in_scope: 'inactive' })
    .where('scope_id', '=', scope.id)
    .where('status_in_scope', '=', 'active')
    .where('id', '<>', deployment.id)
    .returning('id')
    .execute();
  for (const { id } of previous) await context.parts.engine.instances.retire(unit, poolOf(id));
}

async function setActive(unit: Unit, { scope }: PlacedDeployment, active: number | null): Promise<void> {
  const isRevived = active !== null && (scope.status === 'stopped' || scope.status === 'unhealthy');
  await unit
    .tables<NullplatformTables>()
    .updateTable('np_scope')
    .set({
      active_deployment_id: active,
      ...(isRevived ? { status: 'active' as const, updated_at: unit.now } : {}),
    })
    .where('id', '=', scope.id)
    .execute();
}

/** No request and no host keeps anything of a deployment that ended. */
async function retireOwn(
  context: Context,
  unit: Unit,
  { deployment, scope }: PlacedDeployment,
): Promise<void> {
  const { instances, routes } = context.parts.engine;
  const pool = poolOf(deployment.id);
  const route = await routes.find(scope.domain, unit);
  if (route?.targets.some((target) => target.pool === pool)) {
    const previous = scope.active_deployment_id;
    const serves = previous !== null && previous !== deployment.id;
    await routes.setTargets(unit, scope.domain, serves ? [{ pool: poolOf(previous), weight: 100 }] : []);
  }
  await instances.retire(unit, pool);
}
