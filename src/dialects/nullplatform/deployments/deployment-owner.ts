import {
  type Instance,
  type InstanceChange,
  type RolloutOwner,
  type RolloutTransition,
  rolloutEnded,
} from '../../../engine/index.ts';
import type { Unit } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import type { ActionTable, NullplatformTables } from '../tables.ts';
import { parsed } from '../wire.ts';
import { applyEvent } from './apply-event.ts';
import { wantedInstances } from './capabilities.ts';
import { poolOf } from './executor.ts';
import { type Said, say } from './messages.ts';
import { tellScopeChanged } from './news.ts';
import { deploymentNoun } from './run-action.ts';
import { instanceName, troubleHint, troubleText } from './trouble-text.ts';

/** Keeps deployments in step with their rollouts and instances, inside the engine's own transactions. */
export function deploymentOwner(context: Context): RolloutOwner {
  return {
    dialect: 'nullplatform',
    noun: deploymentNoun,
    onTransition: (unit, transition) => hearRollout(context, unit, transition),
    onInstanceChange: (unit, change) => hearInstance(context, unit, change),
  };
}

async function hearRollout(context: Context, unit: Unit, transition: RolloutTransition): Promise<void> {
  const { level, rolloutId, rolloutState, owner, stageIndex, hostRunState } = transition;
  const isEnd = level === 'rollout' && rolloutEnded(rolloutState);
  const isBegin = level === 'rollout' && rolloutState === 'running';
  const isRouted = level === 'host-run' && stageIndex === 0 && hostRunState === 'succeeded';
  if (!isEnd && !isBegin && !isRouted) return;
  const deployment = await unit
    .tables<NullplatformTables>()
    .selectFrom('np_deployment')
    .select(['id', 'scope_id', 'action_json'])
    .where('id', '=', Number(owner.id))
    .where('rollout_id', '=', rolloutId)
    .executeTakeFirst();
  if (!deployment) return;
  const isStart = (deployment.action_json ?? '').includes('"start-');
  if (isBegin) {
    await logAction(unit, rolloutId, 'in_progress');
    if (!isStart) return;
    const wanted = await wantedOf(context, unit, deployment);
    await applyEvent(context, unit, deployment.id, { kind: 'action-started', wanted });
  } else if (isRouted) {
    if (!isStart) await applyEvent(context, unit, deployment.id, { kind: 'action-routed' });
  } else {
    const succeeded = rolloutState === 'succeeded';
    const isFailedStart = isStart && rolloutState === 'failed';
    await logAction(unit, rolloutId, succeeded ? 'success' : 'failed');
    if (isFailedStart) await explainStart(context, unit, deployment);
    const why = isFailedStart ? { why: 'The instances did not get well; they are removed' } : {};
    await applyEvent(context, unit, deployment.id, { kind: 'action-ended', succeeded, ...why });
  }
}

/** The instances that the plan starts; those of a cluster are not in the engine's list. */
async function wantedOf(
  context: Context,
  unit: Unit,
  deployment: { readonly id: number; readonly scope_id: number },
): Promise<number> {
  const planned = await context.parts.engine.instances.list({ pools: [poolOf(deployment.id)] }, unit);
  if (planned.length > 0) return planned.length;
  const { capabilities_json } = await unit
    .tables<NullplatformTables>()
    .selectFrom('np_scope')
    .select('capabilities_json')
    .where('id', '=', deployment.scope_id)
    .executeTakeFirstOrThrow();
  return wantedInstances(parsed(capabilities_json));
}

async function logAction(unit: Unit, rolloutId: string, status: ActionTable['status']): Promise<void> {
  await unit
    .tables<NullplatformTables>()
    .updateTable('np_action')
    .set({ status, updated_at: unit.now })
    .where('rollout_id', '=', rolloutId)
    .execute();
}

/** Says of each instance that is not well what is wrong with it, and what may help (contract nullplatform 3.4). */
async function explainStart(
  context: Context,
  unit: Unit,
  deployment: { readonly id: number; readonly scope_id: number },
): Promise<void> {
  const instances = await context.parts.engine.instances.list({ pools: [poolOf(deployment.id)] }, unit);
  const said = instances.flatMap((instance): Said[] => {
    const { trouble, healthy, state } = instance;
    if (trouble) {
      return [
        { level: 'ERROR', text: `${instanceName(instance)}: ${troubleText(trouble)} (${trouble.text})` },
        { level: 'INFO', text: troubleHint(trouble) },
      ];
    }
    if (healthy) return [];
    return [{ level: 'ERROR', text: `${instanceName(instance)} ${unwellText(state)}` }];
  });
  await say(unit, { scopeId: deployment.scope_id, deploymentId: deployment.id }, said);
}

/** Why an instance is not well of which nobody has said so. */
function unwellText(state: Instance['state']): string {
  if (state === 'planned') return "was not started: the host's agent was not heard, or it could not start it";
  if (state === 'stopping' || state === 'stopped') {
    return "was ended before it was healthy: the host's agent was restarted in the middle of the start, or another instance failed";
  }
  return `did not become healthy in time (${state})`;
}

async function hearInstance(context: Context, unit: Unit, change: InstanceChange): Promise<void> {
  const deploymentId = Number(change.owner.id);
  const deployment = await unit
    .tables<NullplatformTables>()
    .selectFrom('np_deployment')
    .select('scope_id')
    .where('id', '=', deploymentId)
    .executeTakeFirst();
  if (!deployment) return;
  await say(unit, { scopeId: deployment.scope_id, deploymentId }, newsOf(change.before, change.instance));
  const pool = poolOf(deploymentId);
  const counts = (await context.parts.engine.instances.counts([pool], unit)).get(pool);
  if (counts) await applyEvent(context, unit, deploymentId, { kind: 'instances', ...counts });
  tellScopeChanged(unit, deployment.scope_id);
}

/** What is worth a line of what changed of an instance. */
function newsOf(before: Instance, now: Instance): Said[] {
  const name = instanceName(now);
  const said: Said[] = [];
  if (now.pid !== null && now.pid !== before.pid) {
    const again = before.restarts < now.restarts ? ` again (${now.restarts})` : '';
    const port = now.port === null ? '' : `, port ${now.port}`;
    said.push({ level: 'INFO', text: `${name} was started${again}${port}` });
  }
  if (now.healthy && !before.healthy) said.push({ level: 'INFO', text: `${name} is healthy` });
  if (now.trouble && isNewTrouble(before, now)) {
    said.push({ level: 'WARNING', text: `${name}: ${troubleText(now.trouble)}` });
  }
  if (now.state === 'crash-loop' && before.state !== 'crash-loop') {
    said.push({ level: 'ERROR', text: `${name} ends again and again` });
  }
  if (now.state === 'stopped' && before.state !== 'stopped')
    said.push({ level: 'INFO', text: `${name} was stopped` });
  return said;
}

/** A program that has just been started does not listen yet: that alone is no news. */
function isNewTrouble(before: Instance, { trouble, state }: Instance): boolean {
  if (!trouble || (trouble.kind === 'not-listening' && state === 'starting')) return false;
  const old = before.trouble;
  return old?.kind !== trouble.kind || old.status !== trouble.status || old.exitCode !== trouble.exitCode;
}
