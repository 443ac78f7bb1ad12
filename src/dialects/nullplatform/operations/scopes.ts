import { requireOn } from '../access.ts';
import type { Context } from '../context.ts';
import { applyEvent } from '../deployments/apply-event.ts';
import { isReported } from '../deployments/executors.ts';
import { type EmptyingStatus, emptyScope } from '../deployments/scope-lifecycle.ts';
import { badRequest, invalidParameter, missingParameter } from '../errors.ts';
import { included } from '../include.ts';
import {
  isFlagSet,
  isSent,
  longestDescription,
  optionalBoolean,
  optionalList,
  optionalObject,
  optionalText,
  pathId,
  requiredId,
  requiredText,
} from '../input.ts';
import { applicationFor, type LocatedScope, readableApplications, scopeFor } from '../lookup.ts';
import type { Call, Handler } from '../operation.ts';
import { idValues, pageAnswer, readFilters, readPage } from '../paging.ts';
import { scopeAddress } from '../scope-address.ts';
import { domainIn, moveScope } from '../scope-domain.ts';
import { createScope, type ScopeChange, scopeTypes, updateScope } from '../scopes.ts';
import { pageOf } from '../store/list.ts';
import { rowById } from '../store/row.ts';
import { scopeMessages } from '../store/scope-message.ts';
import { visibilityOf, visibleRows } from '../visibility.ts';
import { scopePlace, scopeWire, singleScopeWire } from '../wire.ts';
import { inUnit } from '../writing.ts';
import { withoutDeleted } from './accounts.ts';

const write = 'nullplatform.scope.write';

/** `POST /scope` */
export const createScopeOperation: Handler = async (context, call) => {
  const fields = call.body();
  const applicationId = requiredId(fields, 'application_id');
  const name = requiredText(fields, 'name', 200);
  const type = requiredText(fields, 'type', 100);
  if (!scopeTypes.some((known) => known === type)) throw invalidParameter('type');
  const input = {
    ...changeOf(fields),
    name,
    type,
    assetName: optionalText(fields, 'asset_name'),
    provider: optionalText(fields, 'provider'),
    externalCreated: optionalBoolean(fields, 'external_created'),
    hosts: hostNames(fields),
    dimensions: dimensionsOf(fields),
  };
  const application = await applicationFor(context, call, write, applicationId);
  const scope = await inUnit(context, call, (writing) => createScope(writing, application, input));
  return singleScopeWire(scope, application, scopeAddress(context.parts.settings, scope));
};

/** `GET /scope`: deleted ones only when their status is asked for (contract nullplatform 5.10). */
export const listScopes: Handler = async (context, call) => {
  const applicationIds = idValues(call, 'application_id');
  if (!applicationIds) throw missingParameter('application_id');
  const page = readPage(call, { name: 'name', slug: 'slug', status: 'status', type: 'type' });
  const columns = {
    id: 'id',
    application_id: 'application_id',
    status: 'status',
    slug: 'slug',
    type: 'type',
    name: 'name',
  };
  const filters = readFilters(call, columns, ['id', 'application_id']);
  const applications = await readableApplications(context, call, applicationIds);
  const visible = visibleRows(await visibilityOf(context, call.caller), {
    scope: 'id',
    through: 'application_id',
  });
  const { rows, total } = await context.parts.storage.read((reader) =>
    pageOf(reader, 'np_scope', { filters, conditions: [visible, ...withoutDeleted(call)], page }),
  );
  const scopes = rows.flatMap((row) => {
    const application = applications.get(row.application_id);
    return application ? [scopeWire(row, application, scopeAddress(context.parts.settings, row))] : [];
  });
  return pageAnswer(page, total, scopes);
};

/** `GET /scope/:id`, deleted ones included. */
export const readScope: Handler = async (context, call) => {
  const located = await scopeFor(context, call, 'nullplatform.read', pathId(call));
  const { scope, application } = located;
  const messages = isFlagSet(call, 'include_messages')
    ? await context.parts.storage.read((reader) => scopeMessages(reader, scope.id))
    : [];
  return {
    ...singleScopeWire(scope, application, scopeAddress(context.parts.settings, scope)),
    messages,
    ...(await included(context, call, { application })),
  };
};

/**
 * `PATCH /scope/:id`: fields, and the statuses that empty a scope (contract nullplatform 3.10). Its domain is for the
 * agent to say that runs it, and nothing else is.
 */
export const updateScopeOperation: Handler = async (context, call) => {
  const id = pathId(call);
  const { domain: given, ...fields } = call.body();
  const domain = isSent({ domain: given }, 'domain')
    ? domainIn(requiredText({ domain: given }, 'domain', 300))
    : undefined;
  const emptying = emptyingStatus(fields);
  const change = {
    ...changeOf(fields),
    ...(isSent(fields, 'name') ? { name: requiredText(fields, 'name', 200) } : {}),
    hosts: hostNames(fields),
    ...('asset_name' in fields ? { assetName: optionalText(fields, 'asset_name') ?? null } : {}),
  };
  const located = await scopeFor(context, call, 'nullplatform.scope.patch', id);
  const isMoveOnly = domain !== undefined && isReported(located.scope) && Object.keys(fields).length === 0;
  if (!isMoveOnly)
    await requireOn(context, call.caller, write, scopePlace(located.application, located.scope));
  requireSame(fields, located);
  await inUnit(context, call, async (writing) => {
    await updateScope(writing, located, change);
    if (domain !== undefined) await moveScope(writing, located, domain);
    if (emptying) await empty(context, writing.unit, located, emptying);
  });
  return call.wantsEntity ? await readScope(context, call) : undefined;
};

/** `DELETE /scope/:id`: what runs in it is ended first; repeating it is harmless. */
export const deleteScope: Handler = async (context, call) => {
  const located = await scopeFor(context, call, write, pathId(call));
  await context.parts.storage.write((unit) => empty(context, unit, located, 'deleting'));
  return undefined;
};

async function empty(
  context: Context,
  unit: Parameters<typeof emptyScope>[1],
  { scope: { id } }: LocatedScope,
  status: EmptyingStatus,
): Promise<void> {
  const scope = await rowById(unit, 'np_scope', id);
  if (!scope) throw new Error(`the scope ${id} is gone`);
  if (scope.status === status) return;
  if (scope.status === 'deleted' || scope.status === 'deleting') {
    if (status === 'deleting') return;
    throw badRequest(`Invalid status transition: ${scope.status} -> ${status}`);
  }
  if (status === 'stopping' && scope.status === 'stopped') return;
  await emptyScope(context, unit, scope, status, applyEvent);
}

function emptyingStatus(fields: ReturnType<Call['body']>): EmptyingStatus | undefined {
  if (!isSent(fields, 'status')) return undefined;
  switch (fields.status) {
    case 'stopping':
    case 'stopped':
      return 'stopping';
    case 'recreating':
      return 'recreating';
    case 'deleting':
    case 'deleted':
      return 'deleting';
    default:
      throw invalidParameter('status');
  }
}

function changeOf(fields: ReturnType<Call['body']>): Omit<ScopeChange, 'name' | 'assetName' | 'hosts'> {
  return {
    description: optionalText(fields, 'description', longestDescription),
    tier: optionalText(fields, 'tier'),
    requestedSpec: optionalObject(fields, 'requested_spec'),
    capabilities: optionalObject(fields, 'capabilities'),
    tags: optionalList(fields, 'tags'),
    metadata: optionalObject(fields, 'metadata'),
  };
}

/** `hosts` is ours: the original finds the machines of a scope by its provider. */
function hostNames(fields: ReturnType<Call['body']>): readonly string[] | undefined {
  const hosts = optionalList(fields, 'hosts');
  if (hosts?.some((name) => typeof name !== 'string' || !/^[A-Za-z0-9][\w.-]{0,99}$/.test(name))) {
    throw invalidParameter('hosts');
  }
  return hosts as readonly string[] | undefined;
}

/** Dimensions are words: they end up in the environment of instances and select values of parameters. */
function dimensionsOf(fields: ReturnType<Call['body']>): object | undefined {
  const dimensions = optionalObject(fields, 'dimensions');
  if (dimensions && !Object.values(dimensions).every((value) => typeof value === 'string')) {
    throw invalidParameter('dimensions');
  }
  return dimensions;
}

/** Terraform sends the whole scope: what cannot change is refused only when it differs. */
function requireSame(fields: ReturnType<Call['body']>, { scope }: LocatedScope): void {
  const fixed: readonly (readonly [string, string | null])[] = [
    ['type', scope.type],
    ['provider', scope.provider],
    ['dimensions', JSON.stringify(sorted(JSON.parse(scope.dimensions_json)))],
  ];
  for (const [name, there] of fixed) {
    if (!isSent(fields, name)) continue;
    const given =
      name === 'dimensions' ? JSON.stringify(sorted(optionalObject(fields, name) ?? {})) : fields[name];
    if (given !== there) throw badRequest(`Invalid parameter: ${name} cannot be changed`);
  }
}

function sorted(object: object): [string, unknown][] {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
}
