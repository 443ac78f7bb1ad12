import { randomUUID } from 'node:crypto';
import type { Unit } from '../../../storage/index.ts';
import { askApproval } from '../approvals/approval-effects.ts';
import { decidingPolicy } from '../approvals/policies.ts';
import type { Context } from '../context.ts';
import { badRequest, notFound } from '../errors.ts';
import { drawId } from '../ids.ts';
import { nrnOf } from '../nrn.ts';
import { notDeployedText } from '../scopes.ts';
import { rowById } from '../store/row.ts';
import type { NullplatformTables } from '../tables.ts';
import { type Application, parsed, type Release, type Scope, scopePlace } from '../wire.ts';
import { applyEvent } from './apply-event.ts';
import { chooseAsset } from './choose-asset.ts';
import { columnsOf } from './deployment-row.ts';
import type { By } from './event.ts';
import { shippedParameters } from './load-parameters.ts';
import type { NewDeployment } from './new-deployment.ts';
import { requirePlace } from './require-place.ts';
import { type PlacedDeployment, placedDeployment, placedScope } from './rows.ts';
import { expireKind } from './timer-kinds.ts';
import { timingOf } from './timing.ts';

/**
 * Makes a deployment, takes the scope's slot and starts its first action, or asks for an approval; all in the unit, so
 * that of two at once one gets it. Throws in the order of contract nullplatform 3.2.
 */
export async function createDeployment(
  context: Context,
  unit: Unit,
  wish: NewDeployment,
  by: By & { readonly userId: number },
): Promise<PlacedDeployment> {
  const placed = await placedScope(unit, wish.scopeId);
  if (!placed) throw notFound('Scope');
  const release = await rowById(unit, 'np_release', wish.releaseId);
  if (!release) throw notFound('Release');
  const { scope } = placed;
  await check(unit, wish, scope, release);
  const asset = await chooseAsset(unit, release, scope, wish.assetName);
  requirePlace(context, scope);
  const id = await insert(context, unit, { ...placed, release, wish, by, assetId: asset.id });
  await unit
    .tables<NullplatformTables>()
    .updateTable('np_scope')
    .set({ asset_name: asset.name })
    .where('id', '=', scope.id)
    .execute();
  await ensureRoute(context, unit, scope);
  await begin(context, unit, id, by);
  const created = await placedDeployment(unit, id);
  if (!created) throw new Error('the new deployment is gone');
  return created;
}

async function check(unit: Unit, wish: NewDeployment, scope: Scope, release: Release): Promise<void> {
  const isOther = wish.applicationId !== undefined && wish.applicationId !== scope.application_id;
  if (release.application_id !== scope.application_id || isOther) {
    throw badRequest('The scope and the release belongs to different applications');
  }
  if (release.status !== 'active') throw badRequest('The release is not active');
  if (!['active', 'unhealthy', 'stopped'].includes(scope.status)) {
    throw badRequest(`The scope is not ready to be deployed (status: ${scope.status})`);
  }
  if (scope.in_progress_deployment_id !== null) {
    throw badRequest('There is already a running deployment for this scope');
  }
  if (wish.externalStrategyId !== null) {
    const strategy = await rowById(unit, 'np_strategy', wish.externalStrategyId);
    if (strategy?.organization_id !== scope.organization_id) throw notFound('Deployment strategy');
  }
  if (wish.groupId !== null) await checkGroup(unit, wish.groupId, scope, release);
}

/** A group is of one release: what is done to it is done to all its members, which nobody else's may become. */
async function checkGroup(unit: Unit, groupId: number, scope: Scope, release: Release): Promise<void> {
  const group = await rowById(unit, 'np_deployment_group', groupId);
  if (group?.application_id !== scope.application_id) throw notFound('Deployment group');
  if (group.release_id !== release.id) throw badRequest('The deployment group is of another release');
}

interface Insertion {
  readonly scope: Scope;
  readonly application: Application;
  readonly release: Release;
  readonly wish: NewDeployment;
  readonly by: By & { readonly userId: number };
  readonly assetId: number;
}

async function insert(
  { parts }: Context,
  unit: Unit,
  { scope, application, release, wish, by, assetId }: Insertion,
): Promise<number> {
  const id = await drawId(unit, 'np_deployment');
  const strategy = scope.active_deployment_id === null ? 'initial' : 'blue_green';
  const isWished = strategy === 'blue_green' && wish.desiredTraffic !== undefined;
  await unit
    .tables<NullplatformTables>()
    .insertInto('np_deployment')
    .values({
      id,
      organization_id: scope.organization_id,
      application_id: scope.application_id,
      scope_id: scope.id,
      release_id: release.id,
      asset_id: assetId,
      deployment_group_id: wish.groupId,
      external_strategy_id: wish.externalStrategyId,
      ...columnsOf({
        status: 'creating',
        statusInScope: 'candidate',
        strategy,
        data: isWished ? { desired_switched_traffic: wish.desiredTraffic as number } : {},
        startedAt: {},
        action: null,
        next: null,
        switchedFullyAt: null,
        isByHand: false,
      }),
      parameters_json: JSON.stringify(await shippedParameters(unit, application, scope)),
      metadata_json: '{}',
      description: wish.description,
      token_secret_id: await parts.secrets.store(unit, `ndp-${randomUUID()}`),
      expires_at: unit.now + timingOf(parts).expirySeconds * 1000,
      created_by: by.userId,
      updated_by: null,
      rollout_id: null,
      created_at: unit.now,
      updated_at: unit.now,
    })
    .execute();
  return id;
}

/** The first event: with the policies' say, the slot, and the timer that ends what nobody ends. */
async function begin(context: Context, unit: Unit, id: number, by: By): Promise<void> {
  const placed = await placedDeployment(unit, id);
  if (!placed) throw new Error('the new deployment is gone');
  const { deployment, scope, application } = placed;
  const policy = await decidingPolicy(unit, {
    organizationId: scope.organization_id,
    nrn: nrnOf(scopePlace(application, scope)),
    dimensions: parsed(scope.dimensions_json),
  });
  const approval = policy === undefined ? 'none' : policy.decision === 'deny' ? 'denied' : 'asked';
  if (approval !== 'denied') await takeSlot(unit, id, scope.id);
  if (policy) {
    await askApproval(context, unit, placed, policy, approval === 'denied' ? 'auto_denied' : 'pending');
  }
  await applyEvent(context, unit, id, { kind: 'created', approval }, { userId: null, name: by.name });
  if (approval === 'denied') return;
  await context.parts.work.enqueue(unit, {
    kind: expireKind,
    input: { deploymentId: id },
    notBefore: deployment.expires_at,
  });
}

async function takeSlot(unit: Unit, id: number, scopeId: number): Promise<void> {
  const taken = await unit
    .tables<NullplatformTables>()
    .updateTable('np_scope')
    .set({ in_progress_deployment_id: id })
    .where('id', '=', scopeId)
    .where('in_progress_deployment_id', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!taken) throw badRequest('There is already a running deployment for this scope');
}

async function ensureRoute({ parts }: Context, unit: Unit, scope: Scope): Promise<void> {
  const { routes } = parts.engine;
  if (await routes.find(scope.domain, unit)) return;
  const route = { host: scope.domain, targets: [], whenEmpty: notDeployedText, dialect: 'nullplatform' };
  await routes.put(unit, route);
}
