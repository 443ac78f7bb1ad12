import { CoreError } from '../../errors/index.ts';
import type { Principal } from '../../identity/index.ts';
import type { Actor } from './actor.ts';
import type { Context } from './context.ts';
import { pinnedContent, readSnapshot } from './deployment-snapshot.ts';
import type { RunOrder } from './prepare-deployment.ts';
import { artifactResource } from './store/artifact.ts';
import { type Deployment, deploymentByKey, deploymentSnapshot } from './store/deployment.ts';

/** The deployment with this key in the artifact; throws `not-found`. */
export async function findDeployment(context: Context, artifactId: number, key: number): Promise<Deployment> {
  const found = await context.parts.storage.read((reader) => deploymentByKey(reader, artifactId, key));
  if (!found) throw new CoreError('not-found', `the artifact has no deployment ${key}`);
  return found;
}

/**
 * Stops a running deployment: running tasks are killed, nobody new is started (contract nhn-deploy 4.4). Only the one
 * who started it and Deploy ADMINs may; throws `forbidden`. False when it had ended already.
 */
export async function stopDeployment(
  context: Context,
  principal: Principal,
  actor: Actor,
  deployment: Deployment,
): Promise<boolean> {
  const { engine, identity, storage } = context.parts;
  const resource = artifactResource(deployment.project_id, deployment.artifact_id);
  if (principal.name !== deployment.executor) await identity.require(principal, 'nhn-deploy.run', resource);
  return await storage.write(async (unit) => {
    const stopped = await engine.cancel(unit, deployment.rollout_id, principal.name);
    if (stopped) {
      const subject = `${deployment.artifact_name} · ${deployment.scenario_name} (deployment ${deployment.id})`;
      await context.parts.ledger.record(unit, actor, { action: 'deployment.stop', resource, subject });
    }
    return stopped;
  });
}

/** The order that runs a deployment again: the same scenario as it was, the same binaries, the same servers. */
export async function orderAgain(
  context: Context,
  deployment: Deployment,
  executor: string,
): Promise<RunOrder> {
  const text = await context.parts.storage.read((reader) => deploymentSnapshot(reader, deployment.id));
  if (text === undefined) throw new CoreError('not-found', `deployment ${deployment.id} kept no snapshot`);
  const snapshot = readSnapshot(text);
  return {
    projectId: deployment.project_id,
    artifactId: deployment.artifact_id,
    serverGroupId: deployment.server_group_id,
    scenarioId: deployment.scenario_id,
    executor,
    request: {
      targets: snapshot.targets ?? undefined,
      concurrentNum: snapshot.concurrentNum,
      nextWhenFail: snapshot.nextWhenFail,
      deployNote: deployment.note,
    },
    again: { scenarioName: deployment.scenario_name, content: pinnedContent(snapshot) },
  };
}
