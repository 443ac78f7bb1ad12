import { randomUUID } from 'node:crypto';
import type { Plan } from '../../../engine/index.ts';
import type { Unit } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import { resourceOf } from '../nrn.ts';
import type { NullplatformTables } from '../tables.ts';
import { parsed, scopePlace } from '../wire.ts';
import { healthOf, wantedInstances } from './capabilities.ts';
import type { Action } from './deployment-state.ts';
import type { By } from './event.ts';
import {
  type MoveOrder,
  type PlannedScope,
  type PlannedVersion,
  poolOf,
  type StartOrder,
} from './executor.ts';
import { executorOf, isReported } from './executors.ts';
import { instanceContents } from './instance-contents.ts';
import type { ShippedParameter } from './parameter-snapshot.ts';
import { expectWord } from './reported-actions.ts';
import { requirePlace } from './require-place.ts';
import { hostsOf, type PlacedDeployment } from './rows.ts';
import { serviceAssetOf } from './service-asset.ts';
import { timingOf } from './timing.ts';

/** The noun of the dialect's rollouts. */
export const deploymentNoun = 'deployment';

/**
 * Compiles an action, has the engine accept it and writes it into the scope's action log, in the unit. Where an agent of
 * the organization carries the actions out, the log is where it finds them.
 */
export async function runAction(
  context: Context,
  unit: Unit,
  placed: PlacedDeployment,
  action: Action,
  by: By,
): Promise<void> {
  const { deployment, scope } = placed;
  const isAgents = isReported(scope);
  const rolloutId = isAgents ? null : await accept(context, unit, placed, action, by);
  const id = randomUUID();
  const tables = unit.tables<NullplatformTables>();
  await tables
    .updateTable('np_deployment')
    .set({ rollout_id: rolloutId })
    .where('id', '=', deployment.id)
    .execute();
  await tables
    .insertInto('np_action')
    .values({
      id,
      scope_id: scope.id,
      deployment_id: deployment.id,
      slug: action.slug,
      name: action.slug,
      status: 'pending',
      // Ids are texts there (contract nullplatform 6.5, agents).
      parameters_json: JSON.stringify({
        scope_id: String(scope.id),
        deployment_id: String(deployment.id),
        ...(action.traffic === undefined ? {} : { desired_traffic: action.traffic }),
      }),
      results_json: '{}',
      messages_json: '[]',
      rollout_id: rolloutId,
      created_at: unit.now,
      updated_at: unit.now,
    })
    .execute();
  if (isAgents) await expectWord(context, unit, id, unit.now);
}

/** Compiles the action and gives it to the engine; the id of its rollout. */
async function accept(
  context: Context,
  unit: Unit,
  placed: PlacedDeployment,
  action: Action,
  by: By,
): Promise<string> {
  const { deployment, scope, application } = placed;
  const { id } = await context.parts.engine.accept(unit, {
    owner: { dialect: 'nullplatform', noun: deploymentNoun, id: String(deployment.id) },
    title: `${application.name} · ${action.slug} in ${scope.name}`,
    resource: resourceOf(scopePlace(application, scope)),
    requestedBy: by.name,
    plan: await planOf(context, unit, placed, action),
  });
  return id;
}

async function planOf(context: Context, unit: Unit, placed: PlacedDeployment, action: Action): Promise<Plan> {
  const executor = executorOf(placed.scope.type, context.parts.settings);
  if (action.slug === 'start-initial' || action.slug === 'start-blue-green') {
    return executor.startPlan(await startOrder(context, unit, placed, action.slug === 'start-initial'));
  }
  const order = await moveOrder(context, unit, placed, action.end === 'deleted');
  switch (action.slug) {
    case 'switch-traffic':
      return executor.switchPlan(order, action.traffic ?? 0);
    case 'finalize-blue-green':
      return executor.finalizePlan(order);
    case 'rollback-deployment':
      return executor.rollbackPlan(order);
    case 'delete-deployment':
      return executor.deletePlan(order);
  }
}

function plannedScope({ scope }: PlacedDeployment): PlannedScope {
  return {
    id: scope.id,
    domain: scope.domain,
    hosts: hostsOf(scope),
    capabilities: parsed(scope.capabilities_json),
    requestedSpec: parsed(scope.requested_spec_json),
  };
}

async function startOrder(
  context: Context,
  unit: Unit,
  placed: PlacedDeployment,
  isInitial: boolean,
): Promise<StartOrder> {
  const { deployment, scope, application } = placed;
  // Hosts may have been taken away since the deployment was made: an approval can take days.
  requirePlace(context, scope);
  const tables = unit.tables<NullplatformTables>();
  const planned = plannedScope(placed);
  const asset = await tables
    .selectFrom('np_asset')
    .selectAll()
    .where('id', '=', deployment.asset_id ?? 0)
    .executeTakeFirstOrThrow();
  const serviceAsset = serviceAssetOf(asset, planned.capabilities);
  if ('unusable' in serviceAsset) throw new Error(serviceAsset.unusable);
  const names = await tables
    .selectFrom('np_namespace')
    .innerJoin('np_account', 'np_account.id', 'np_namespace.account_id')
    .select(['np_namespace.slug as namespace', 'np_account.slug as account'])
    .where('np_namespace.id', '=', application.namespace_id)
    .executeTakeFirstOrThrow();
  const { semver } = await tables
    .selectFrom('np_release')
    .select('semver')
    .where('id', '=', deployment.release_id)
    .executeTakeFirstOrThrow();
  const contents = instanceContents(
    {
      ...names,
      application: application.slug,
      scope: scope.slug,
      deploymentId: deployment.id,
      semver,
      domain: scope.domain,
      dimensions: parsed(scope.dimensions_json),
      tokenSecretId: deployment.token_secret_id,
    },
    parsed<ShippedParameter[]>(deployment.parameters_json),
    () => `secret-${randomUUID()}`,
  );
  return {
    scope: planned,
    deploymentId: deployment.id,
    pool: poolOf(deployment.id),
    asset: serviceAsset,
    contents,
    health: healthOf(planned.capabilities),
    instanceIds: Array.from({ length: wantedInstances(planned.capabilities) }, () => randomUUID()),
    maxWaitSeconds: timingOf(context.parts).maxWaitSeconds,
    isInitial,
  };
}

async function moveOrder(
  context: Context,
  unit: Unit,
  placed: PlacedDeployment,
  isScopeGone: boolean,
): Promise<MoveOrder> {
  const { deployment, scope } = placed;
  const active = scope.active_deployment_id;
  const previous = isScopeGone || active === null || active === deployment.id ? null : active;
  return {
    scope: plannedScope(placed),
    own: await version(context, unit, deployment.id),
    previous: previous === null ? null : await version(context, unit, previous),
    drainSeconds: timingOf(context.parts).drainSeconds,
  };
}

async function version(context: Context, unit: Unit, deploymentId: number): Promise<PlannedVersion> {
  const pool = poolOf(deploymentId);
  const all = await context.parts.engine.instances.list({ pools: [pool] }, unit);
  const instances = all.filter(({ wanted, state }) => wanted && state !== 'stopped' && state !== 'lost');
  return { deploymentId, pool, instances: instances.map(({ id, host }) => ({ id, host })) };
}
