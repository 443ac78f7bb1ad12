import { sql } from 'kysely';
import type { Unit } from '../../storage/index.ts';
import { calendarDay } from '../../vendors/nhn-cloud/index.ts';
import type { Context } from './context.ts';
import type { PreparedDeployment } from './prepare-deployment.ts';
import { artifactResource } from './store/artifact.ts';
import { useBinaries } from './store/binary-use.ts';
import type { NhnTables } from './store.ts';

/** The noun of the dialect's rollouts. */
export const deploymentNoun = 'deployment';

/** A deployment that was recorded and starts after the commit. */
export interface AcceptedDeployment {
  readonly deployKey: number;
  readonly rolloutId: string;
}

/**
 * Records the deployment, its snapshot, what it needs, the day's counter and its rollout, all in the caller's unit:
 * a deployKey is answered for what is durable, and keys are in the order of acceptance (contract nhn-deploy 5.9).
 */
export async function acceptDeployment(
  context: Context,
  unit: Unit,
  prepared: PreparedDeployment,
): Promise<AcceptedDeployment> {
  const { blobs, engine, ledger, settings } = context.parts;
  const { artifact, serverGroup, order, snapshot } = prepared;
  const resource = artifactResource(artifact.project_id, artifact.id);
  const deployKey = await insertDeployment(unit, prepared);
  const { id: rolloutId } = await engine.accept(unit, {
    owner: { dialect: 'nhn-deploy', noun: deploymentNoun, id: String(deployKey) },
    title: `${artifact.name} · ${prepared.scenarioName} on ${serverGroup.name}`,
    resource,
    requestedBy: order.executor,
    plan: prepared.plan,
  });
  const tables = unit.tables<NhnTables>();
  await tables
    .updateTable('nhn_deployment')
    .set({ rollout_id: rolloutId })
    .where('id', '=', deployKey)
    .execute();
  await tables
    .insertInto('nhn_deployment_snapshot')
    .values({ deployment_id: deployKey, snapshot: JSON.stringify(snapshot) })
    .execute();
  await useBinaries(
    unit,
    deployKey,
    prepared.binaries.map((binary) => binary.id),
  );
  for (const blob of prepared.blobs) {
    await blobs.retain(unit, blob);
    await tables
      .insertInto('nhn_deployment_blob')
      .values({ deployment_id: deployKey, sha256: blob.sha256 })
      .execute();
  }
  await countDay(unit, artifact.id, serverGroup.id, calendarDay(unit.now, settings.timeZone));
  await tables
    .updateTable('nhn_artifact')
    .set({ last_deployed_at: unit.now })
    .where('id', '=', artifact.id)
    .execute();
  await ledger.append(unit, {
    who: order.executor,
    dialect: 'nhn-deploy',
    action: 'deployment.run',
    resource,
    subject: `${artifact.name} · ${prepared.scenarioName} on ${serverGroup.name} (deployment ${deployKey})`,
    outcome: 'done',
    detail: { scenario: order.scenarioId, serverGroup: serverGroup.id, rollout: rolloutId },
  });
  return { deployKey, rolloutId };
}

async function insertDeployment(unit: Unit, prepared: PreparedDeployment): Promise<number> {
  const { artifact, serverGroup, order, binaries } = prepared;
  const { id } = await unit
    .tables<NhnTables>()
    .insertInto('nhn_deployment')
    .values({
      project_id: artifact.project_id,
      artifact_id: artifact.id,
      server_group_id: serverGroup.id,
      scenario_id: order.scenarioId,
      // Known once the engine has accepted: it wants the key of this row.
      rollout_id: '',
      status: 'RUNNING',
      artifact_name: artifact.name,
      scenario_name: prepared.scenarioName,
      server_group_name: serverGroup.name,
      binary_version: binaries.length ? binaries.map((binary) => binary.version).join(',') : null,
      executor: order.executor,
      executed_at: unit.now,
      ended_at: null,
      note: order.request.deployNote,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return Number(id);
}

/** One more deployment on this day, so that the exact total of a history costs a row a day. */
export async function countDay(
  unit: Unit,
  artifactId: number,
  serverGroupId: number,
  day: string,
): Promise<void> {
  await unit
    .tables<NhnTables>()
    .insertInto('nhn_deployment_day')
    .values({ artifact_id: artifactId, server_group_id: serverGroupId, day, deployments: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['artifact_id', 'server_group_id', 'day'])
        .doUpdateSet({ deployments: sql`nhn_deployment_day.deployments + 1` }),
    )
    .execute();
}
