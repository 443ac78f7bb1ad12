import { type Generated, type Selectable, sql } from 'kysely';
import type { Reader } from '../../../storage/index.ts';

/** Runs of scenarios, with copies of the names as they were (contract nhn-deploy 3.8 M, 4.2). */
export interface DeploymentTables {
  nhn_deployment: {
    /** The deployKey: order of acceptance. */
    id: Generated<number>;
    project_id: number;
    artifact_id: number;
    server_group_id: number;
    scenario_id: number;
    rollout_id: string;
    status: DeploymentStatus;
    artifact_name: string;
    scenario_name: string;
    server_group_name: string;
    /** The versions of the deployed binaries, in task order, joined with `,`. */
    binary_version: string | null;
    executor: string;
    executed_at: number;
    ended_at: number | null;
    note: string | null;
  };
  nhn_deployment_snapshot: {
    deployment_id: number;
    /** JSON of a Snapshot. */
    snapshot: string;
  };
  nhn_deployment_blob: {
    deployment_id: number;
    sha256: string;
  };
  nhn_deployment_day: {
    artifact_id: number;
    server_group_id: number;
    /** `yyyy-MM-dd` in the installation's time zone. */
    day: string;
    deployments: number;
  };
}

/** `totalResult` of the histories (contract nhn-deploy 4.2). */
export type DeploymentStatus = 'RUNNING' | 'SUCCESS' | 'FAIL';

/** A row of `nhn_deployment`. */
export type Deployment = Selectable<DeploymentTables['nhn_deployment']>;

/** Which deployments of an artifact: days are `yyyy-MM-dd`, both ends included, with the moments that bound them. */
export interface DeploymentRange {
  readonly artifactId: number;
  readonly serverGroupId?: number;
  readonly fromDay: string;
  readonly toDay: string;
  /** Epoch milliseconds: the first of `fromDay`. */
  readonly from: number;
  /** The first millisecond after `toDay`. */
  readonly before: number;
}

/** One page, newest first (contract nhn-deploy 3.8 M). */
export async function deploymentPage(
  reader: Reader,
  range: DeploymentRange,
  page: { size: number; offset: number },
): Promise<Deployment[]> {
  return await deploymentsIn(reader, range).limit(page.size).offset(page.offset).execute();
}

/** All deployments of a range, newest first, for a page or an export. */
export function deploymentsIn(reader: Reader, range: DeploymentRange) {
  let query = reader
    .tables<DeploymentTables>()
    .selectFrom('nhn_deployment')
    .selectAll()
    .where('artifact_id', '=', range.artifactId)
    .where('executed_at', '>=', range.from)
    .where('executed_at', '<', range.before);
  if (range.serverGroupId !== undefined) query = query.where('server_group_id', '=', range.serverGroupId);
  return query.orderBy('executed_at', 'desc').orderBy('id', 'desc');
}

/** The exact number of deployments in a range, from the counters of its days. */
export async function countDeployments(reader: Reader, range: DeploymentRange): Promise<number> {
  let query = reader
    .tables<DeploymentTables>()
    .selectFrom('nhn_deployment_day')
    .select((row) => row.fn.sum<number | string | null>('deployments').as('total'))
    .where('artifact_id', '=', range.artifactId)
    .where('day', '>=', range.fromDay)
    .where('day', '<=', range.toDay);
  if (range.serverGroupId !== undefined) query = query.where('server_group_id', '=', range.serverGroupId);
  return Number((await query.executeTakeFirst())?.total ?? 0);
}

/** The deployment with this key in the artifact. */
export async function deploymentByKey(
  reader: Reader,
  artifactId: number,
  key: number,
): Promise<Deployment | undefined> {
  return await reader
    .tables<DeploymentTables>()
    .selectFrom('nhn_deployment')
    .selectAll()
    .where('id', '=', key)
    .where('artifact_id', '=', artifactId)
    .executeTakeFirst();
}

/** The snapshot's JSON. */
export async function deploymentSnapshot(reader: Reader, key: number): Promise<string | undefined> {
  const row = await reader
    .tables<DeploymentTables>()
    .selectFrom('nhn_deployment_snapshot')
    .select('snapshot')
    .where('deployment_id', '=', key)
    .executeTakeFirst();
  return row?.snapshot;
}

/** The deployments that are running, as their rows say. */
export async function runningDeployments(reader: Reader): Promise<{ id: number; rolloutId: string }[]> {
  const rows = await reader
    .tables<DeploymentTables>()
    .selectFrom('nhn_deployment')
    .select(['id', 'rollout_id'])
    .where('status', '=', sql.lit('RUNNING'))
    .execute();
  return rows.map((row) => ({ id: row.id, rolloutId: row.rollout_id }));
}

/** Whether a deployment of the scenario is running. */
export async function scenarioRuns(reader: Reader, scenarioId: number): Promise<boolean> {
  const row = await reader
    .tables<DeploymentTables>()
    .selectFrom('nhn_deployment')
    .select('id')
    .where('scenario_id', '=', scenarioId)
    .where('status', '=', sql.lit('RUNNING'))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
