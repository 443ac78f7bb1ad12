import { zonedDateTime } from '../../../vendors/nhn-cloud/index.ts';
import { dayAt } from '../calendar.ts';
import { artifactOfCall } from '../call-lookups.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { deploymentRange, readDayRange } from '../history-range.ts';
import type { Call } from '../operation.ts';
import { readPage } from '../paging.ts';
import { countDeployments, type Deployment, deploymentPage } from '../store/deployment.ts';
import { serverGroupById } from '../store/server-group.ts';
import { readLong } from '../wire.ts';

/** M: the deployments of an artifact, newest first; also how an async run is watched (contract nhn-deploy 3.8 M). */
export async function listDeployments(context: Context, call: Call) {
  const { clock, settings, storage } = context.parts;
  const { timeZone } = settings;
  const groupId = readGroupId(call.query.serverGroupId);
  const { deploymentYearFrom, deploymentYearTo } = call.query;
  const days = readDayRange(deploymentYearFrom, deploymentYearTo, dayAt(clock.now(), timeZone));
  const page = readPage(call.query);
  return await storage.read(async (reader) => {
    const artifact = await artifactOfCall(reader, call);
    if (groupId !== undefined && !(await serverGroupById(reader, artifact.id, groupId))) {
      throw refusal('NOT_FOUND_SERVER_GROUP');
    }
    const of = { artifactId: artifact.id, ...(groupId === undefined ? {} : { serverGroupId: groupId }) };
    const range = deploymentRange(days, timeZone, of);
    const rows = await deploymentPage(reader, range, page);
    return {
      totalCount: await countDeployments(reader, range),
      deployHistories: rows.map((row) => historyRow(row, timeZone)),
    };
  });
}

/** Undefined: the whole artifact, which `0` and absence mean. */
function readGroupId(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  if (/^0*$/.test(trimmed)) return undefined;
  const id = readLong(trimmed);
  if (id === undefined) throw refusal('BAD_REQUEST', 'serverGroupId should be a number');
  return id;
}

function historyRow(row: Deployment, timeZone: string) {
  return {
    deployKey: row.id,
    scenarioName: row.scenario_name,
    serverGroupName: row.server_group_name,
    serverGroupId: row.server_group_id,
    binaryVersion: row.binary_version,
    executeDate: zonedDateTime(row.executed_at, timeZone),
    executeUser: row.executor,
    totalResult: row.status,
  };
}
