import type { Selectable } from 'kysely';
import type { Reader } from '../../../storage/index.ts';
import { requireOn } from '../access.ts';
import { wireActor } from '../actor.ts';
import { createDeployment } from '../deployments/create-deployment.ts';
import {
  type GroupDirective,
  groupStatus,
  isSwitchable,
  memberDirective,
  takesDirective,
} from '../deployments/group-status.ts';
import { readDesiredTraffic, readNewDeployment } from '../deployments/new-deployment.ts';
import { type DeploymentPatch, patchDeployment } from '../deployments/patch-deployment.ts';
import { badRequest, invalidParameter, missingParameter, notFound } from '../errors.ts';
import { drawId } from '../ids.ts';
import { isObject, isSent, optionalList, optionalObject, pathId, requiredId, wordOf } from '../input.ts';
import { applicationFor, applicationOf, releaseFor, scopeFor } from '../lookup.ts';
import type { Call, Handler } from '../operation.ts';
import { pageAnswer, readFilters, readPage } from '../paging.ts';
import { pageOf } from '../store/list.ts';
import { rowById } from '../store/row.ts';
import type { DeploymentGroupTable, DeploymentTable, NullplatformTables } from '../tables.ts';
import { timestamp } from '../timestamps.ts';
import { visibilityOf, visibleRows } from '../visibility.ts';
import { applicationPlace, parsed } from '../wire.ts';

type Group = Selectable<DeploymentGroupTable>;
type Member = Pick<Selectable<DeploymentTable>, 'id' | 'status' | 'scope_id' | 'strategy'>;

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
      external_strategy_id: fields.external_strategy_id,
      description: fields.description,
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
    return groupWire(row, (await membersOf(unit, [id])).get(id));
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
    const members = await membersOf(
      reader,
      rows.map(({ id }) => id),
    );
    return pageAnswer(
      page,
      total,
      rows.map((row) => groupWire(row, members.get(row.id))),
    );
  });
};

/** `PATCH /deployment_group/:id`: what it says is done to every member that it means something to, or to none. */
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
    const group = (await rowById(unit, 'np_deployment_group', id)) ?? found.group;
    const members = (await membersOf(unit, [id])).get(id) ?? [];
    requireAllowed(group, members, directive, desired);
    for (const member of members) {
      const patch = patchOf(member, directive, desired);
      if (patch) await patchDeployment(context, unit, member.id, patch, { userId, name });
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
                ...parsed(group.strategy_data_json),
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
    return groupWire(group ?? found.group, (await membersOf(reader, [id])).get(id));
  });
};

const directives: Readonly<Record<string, GroupDirective>> = {
  finalizing: 'finalizing',
  finalized: 'finalizing',
  cancelling: 'cancelling',
  canceling: 'cancelling',
  cancelled: 'cancelling',
  canceled: 'cancelling',
  rolling_back: 'rolling_back',
};

function directiveOf(fields: ReturnType<Call['body']>): GroupDirective | undefined {
  if (!isSent(fields, 'status')) return undefined;
  const word = wordOf(fields.status).toLowerCase();
  const directive = Object.hasOwn(directives, word) ? directives[word] : undefined;
  if (directive === undefined) {
    throw badRequest(`Invalid status: ${wordOf(fields.status).slice(0, 100)}`);
  }
  return directive;
}

/** Throws 400 for what the group as a whole cannot do now. */
function requireAllowed(
  group: Group,
  members: readonly Member[],
  directive: GroupDirective | undefined,
  desired: number | undefined,
): void {
  const statuses = members.map((member) => member.status);
  if (directive !== undefined) {
    if (takesDirective(statuses, directive, group.last_directive)) return;
    throw badRequest(`Invalid status transition: ${groupStatus(statuses)} -> ${directive}`);
  }
  if (desired !== undefined && !members.some(isSwitchable)) {
    throw invalidParameter('strategy_data.desired_switched_traffic');
  }
}

/** What a member is asked; undefined when nothing of it is for this one. */
function patchOf(
  member: Member,
  directive: GroupDirective | undefined,
  desired: number | undefined,
): DeploymentPatch | undefined {
  const status = directive && memberDirective(directive, member.status);
  const share = desired !== undefined && isSwitchable(member) ? desired : undefined;
  if (status === undefined && share === undefined) return undefined;
  return {
    ...(status === undefined ? {} : { status }),
    ...(share === undefined ? {} : { desired: share }),
  };
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

/** The members of these groups, in order of id. At most one page of groups: fewer than a query takes parameters. */
async function membersOf(
  reader: Pick<Reader, 'tables'>,
  groupIds: readonly number[],
): Promise<ReadonlyMap<number, readonly Member[]>> {
  const members = new Map<number, Member[]>(groupIds.map((id) => [id, []]));
  if (groupIds.length === 0) return members;
  const rows = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_deployment')
    .select(['id', 'status', 'scope_id', 'strategy', 'deployment_group_id'])
    .where('deployment_group_id', 'in', [...groupIds])
    .orderBy('id')
    .execute();
  for (const { deployment_group_id: group, ...member } of rows) members.get(group ?? 0)?.push(member);
  return members;
}

function groupWire(row: Group, members: readonly Member[] = []): object {
  return {
    id: row.id,
    application_id: row.application_id,
    release_id: row.release_id,
    status: groupStatus(members.map(({ status }) => status)),
    deployments_amount: members.length,
    deployments: members.map(({ id, status, scope_id }) => ({ id, status, scope_id })),
    strategy_data: parsed(row.strategy_data_json),
    last_directive: row.last_directive,
    created_by: row.created_by,
    created_at: timestamp(row.created_at),
    updated_at: timestamp(row.updated_at),
  };
}
