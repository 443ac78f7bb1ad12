import type { Selectable } from 'kysely';
import type { Reader } from '../../../storage/index.ts';
import { requireOn } from '../access.ts';
import { wireActor } from '../actor.ts';
import { createDeployment } from '../deployments/create-deployment.ts';
import { isInProgress } from '../deployments/deployment-state.ts';
import { groupStatus } from '../deployments/group-status.ts';
import { readDesiredTraffic, readNewDeployment } from '../deployments/new-deployment.ts';
import { patchDeployment } from '../deployments/patch-deployment.ts';
import { badRequest, invalidParameter, missingParameter, notFound } from '../errors.ts';
import { drawId } from '../ids.ts';
import { isObject, isSent, optionalList, optionalObject, pathId, requiredId } from '../input.ts';
import { applicationFor, applicationOf, releaseFor, scopeFor } from '../lookup.ts';
import type { Call, Handler } from '../operation.ts';
import { pageAnswer, readFilters, readPage } from '../paging.ts';
import { pageOf } from '../store/list.ts';
import { rowById } from '../store/row.ts';
import type { DeploymentGroupTable, NullplatformTables } from '../tables.ts';
import { timestamp } from '../timestamps.ts';
import { visibilityOf, visibleRows } from '../visibility.ts';
import { applicationPlace, parsed } from '../wire.ts';

type Group = Selectable<DeploymentGroupTable>;
type Members = Awaited<ReturnType<typeof membersOf>>;

const write = 'nullplatform.deployment.write';
const mostMembers = 50;

/** `POST /deployment_group`: one release to several scopes, all or none. */
export const createGroup: Handler = async (context, call) => {
  const fields = call.body();
  const applicationId = requiredId(fields, 'application_id');
  const releaseId = requiredId(fields, 'release_id');
  const data = optionalObject(fields, 'strategy_data') ?? {};
  readDesiredTraffic(data);
  const wishes = scopesOf(fields).map((member) =>
    readNewDeployment({
      strategy_data: data,
      ...member,
      release_id: releaseId,
      application_id: applicationId,
    }),
  );
  await applicationFor(context, call, write, applicationId);
  for (const { scopeId } of wishes) await scopeFor(context, call, write, scopeId);
  await releaseFor(context, call, 'nullplatform.read', releaseId);
  const { userId, name } = wireActor(call);
  return await context.parts.storage.write(async (unit) => {
    const id = await drawId(unit, 'np_deployment_group');
    const row: Group = {
      id,
      organization_id: call.caller.organizationId,
      application_id: applicationId,
      release_id: releaseId,
      status: 'PENDING',
      strategy_data_json: JSON.stringify(data),
      last_directive: null,
      created_by: userId,
      created_at: unit.now,
      updated_at: unit.now,
    };
    await unit.tables<NullplatformTables>().insertInto('np_deployment_group').values(row).execute();
    for (const wish of wishes) {
      await createDeployment(context, unit, { ...wish, groupId: id }, { userId, name });
    }
    return groupWire(row, await membersOf(unit, id));
  });
};

/** `GET /deployment_group`, and with `id` one of them (contract nullplatform 6.5: by query, not by path). */
export const listGroups: Handler = async (context, call) => {
  const page = readPage(call);
  const columns = { id: 'id', application_id: 'application_id', release_id: 'release_id' };
  const filters = readFilters(call, columns, ['id', 'application_id', 'release_id']);
  const visible = visibleRows(await visibilityOf(context, call.caller), { through: 'application_id' });
  return await context.parts.storage.read(async (reader) => {
    const { rows, total } = await pageOf(reader, 'np_deployment_group', {
      filters,
      conditions: [visible],
      page,
    });
    const groups: object[] = [];
    for (const row of rows) groups.push(groupWire(row, await membersOf(reader, row.id)));
    return pageAnswer(page, total, groups);
  });
};

/** `PATCH /deployment_group/:id`: what it says is done to every member in progress, or to none. */
export const patchGroup: Handler = async (context, call) => {
  const id = pathId(call);
  const fields = call.body();
  const directive = directiveOf(fields);
  const desired = readDesiredTraffic(optionalObject(fields, 'strategy_data'));
  const found = await context.parts.storage.read(async (reader) => {
    const group = await rowById(reader, 'np_deployment_group', id);
    return group && { group, application: await applicationOf(reader, group) };
  });
  if (!found) throw notFound('Deployment group');
  await requireOn(context, call.caller, write, applicationPlace(found.application));
  const { userId, name } = wireActor(call);
  await context.parts.storage.write(async (unit) => {
    const members = await membersOf(unit, id);
    requireAllowed(directive, members);
    const patch = {
      ...(directive === undefined ? {} : { status: directive }),
      ...(desired === undefined ? {} : { desired }),
    };
    for (const member of members) {
      if (isInProgress(member.status))
        await patchDeployment(context, unit, member.id, patch, { userId, name });
    }
    await unit
      .tables<NullplatformTables>()
      .updateTable('np_deployment_group')
      .set({
        ...(directive === undefined ? {} : { last_directive: directive }),
        ...(desired === undefined
          ? {}
          : {
              strategy_data_json: JSON.stringify({
                ...parsed(found.group.strategy_data_json),
                desired_switched_traffic: desired,
              }),
            }),
        updated_at: unit.now,
      })
      .where('id', '=', id)
      .execute();
  });
  if (!call.wantsEntity) return undefined;
  return await context.parts.storage.read(async (reader) => {
    const group = await rowById(reader, 'np_deployment_group', id);
    return groupWire(group ?? found.group, await membersOf(reader, id));
  });
};

const directives: Readonly<Record<string, string>> = {
  finalizing: 'finalizing',
  finalized: 'finalizing',
  cancelling: 'cancelling',
  canceling: 'cancelling',
  cancelled: 'cancelling',
  canceled: 'cancelling',
  rolling_back: 'rolling_back',
};

function directiveOf(fields: ReturnType<Call['body']>): string | undefined {
  if (!isSent(fields, 'status')) return undefined;
  const word = String(fields.status).toLowerCase();
  const directive = Object.hasOwn(directives, word) ? directives[word] : undefined;
  if (directive === undefined) throw badRequest(`Invalid status: ${String(fields.status).slice(0, 100)}`);
  return directive;
}

/** A group is cancelled only while all of it runs, and rolled back unless it finalises (contract nullplatform 6.5). */
function requireAllowed(directive: string | undefined, members: Members): void {
  const status = groupStatus(members.map((member) => member.status));
  const isRefused =
    (directive === 'cancelling' && status !== 'RUNNING') ||
    (directive === 'rolling_back' && status === 'FINALIZING') ||
    (directive === 'finalizing' && status !== 'RUNNING' && status !== 'FINALIZING');
  if (isRefused) throw badRequest(`Invalid status transition: ${status} -> ${directive}`);
}

/** The scopes of a new group: `deployments: [{scope_id, asset_name?}]`, or `scopes` or `scope_ids` with ids. */
function scopesOf(fields: ReturnType<Call['body']>): Readonly<Record<string, unknown>>[] {
  for (const name of ['deployments', 'scopes', 'scope_ids']) {
    const list = optionalList(fields, name, mostMembers);
    if (!list) continue;
    if (list.length === 0) throw invalidParameter(name);
    return list.map((entry) => (isObject(entry) ? entry : { scope_id: entry }));
  }
  throw missingParameter('deployments');
}

async function membersOf(reader: Pick<Reader, 'tables'>, groupId: number) {
  return await reader
    .tables<NullplatformTables>()
    .selectFrom('np_deployment')
    .select(['id', 'status', 'scope_id'])
    .where('deployment_group_id', '=', groupId)
    .orderBy('id')
    .execute();
}

function groupWire(row: Group, members: Members): object {
  return {
    id: row.id,
    application_id: row.application_id,
    release_id: row.release_id,
    status: groupStatus(members.map(({ status }) => status)),
    deployments_amount: members.length,
    deployments: members,
    strategy_data: parsed(row.strategy_data_json),
    last_directive: row.last_directive,
    created_by: row.created_by,
    created_at: timestamp(row.created_at),
    updated_at: timestamp(row.updated_at),
  };
}
