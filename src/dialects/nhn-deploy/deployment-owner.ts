import { type RolloutOwner, type RolloutState, rolloutEnded } from '../../engine/index.ts';
import type { Unit } from '../../storage/index.ts';
import { deploymentNoun } from './accept-deployment.ts';
import type { Context } from './context.ts';
import { notifyDeploymentKind } from './deployment-notice.ts';
import { releaseBinaries } from './store/binary-use.ts';
import { runningDeployments } from './store/deployment.ts';
import type { NhnTables } from './store.ts';

/** Keeps the deployment's row in step with its rollout, inside the engine's own transaction. */
export function deploymentOwner(context: Context): RolloutOwner {
  return {
    dialect: 'nhn-deploy',
    noun: deploymentNoun,
    async onTransition(unit, transition) {
      const { level, rolloutState, owner } = transition;
      if (level === 'rollout' && rolloutEnded(rolloutState)) {
        await endDeployment(context, unit, Number(owner.id), rolloutState);
      }
    },
  };
}

/**
 * Ends the deployments whose rollouts ended while nobody heard it: this dialect was not among the server's then. To be
 * called before rollouts are driven. A rollout that is gone counts as failed.
 */
export async function endMissedDeployments(context: Context): Promise<void> {
  const { storage, engine } = context.parts;
  for (const { id, rolloutId } of await storage.read(runningDeployments)) {
    const rollout = await engine.find(rolloutId);
    const state = rollout?.state ?? 'failed';
    if (rolloutEnded(state)) await storage.write((unit) => endDeployment(context, unit, id, state));
  }
}

async function endDeployment(
  context: Context,
  unit: Unit,
  deployKey: number,
  state: RolloutState,
): Promise<void> {
  const { blobs, work } = context.parts;
  const tables = unit.tables<NhnTables>();
  const ended = await tables
    .updateTable('nhn_deployment')
    .set({ status: state === 'succeeded' ? 'SUCCESS' : 'FAIL', ended_at: unit.now })
    .where('id', '=', deployKey)
    .where('status', '=', 'RUNNING')
    .returning(['id', 'artifact_id', 'scenario_id'])
    .executeTakeFirst();
  if (!ended) return;
  await releaseBinaries(unit, ended.id);
  const held = await tables
    .deleteFrom('nhn_deployment_blob')
    .where('deployment_id', '=', ended.id)
    .returning('sha256')
    .execute();
  for (const { sha256 } of held) await blobs.release(unit, sha256);
  const artifact = await tables
    .selectFrom('nhn_artifact')
    .select(['project_id', 'notification', 'hook_secret_id'])
    .where('id', '=', ended.artifact_id)
    .executeTakeFirst();
  if (artifact?.notification && artifact.hook_secret_id !== null) {
    await work.enqueue(unit, {
      kind: notifyDeploymentKind,
      input: { deployKey: ended.id },
      project: `nhn-deploy:${artifact.project_id}`,
    });
  }
}
