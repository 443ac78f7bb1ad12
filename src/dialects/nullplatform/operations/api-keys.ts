import { mayOn, requireOn } from '../access.ts';
import {
  type ApiKeyInput,
  createApiKey,
  deleteApiKey,
  distinctGrants,
  grantsOf,
  type KeyGrant,
  readGrant,
  updateApiKey,
} from '../api-keys.ts';
import type { Context } from '../context.ts';
import { badRequest, forbidden, invalidParameter, missingParameter, notFound } from '../errors.ts';
import { isObject, isSent, optionalList, optionalText, pathId, readId, requiredText } from '../input.ts';
import { placeOf } from '../nrn.ts';
import type { Call, Handler } from '../operation.ts';
import { pageAnswer, readFilters, readPage } from '../paging.ts';
import { pageOf } from '../store/list.ts';
import { rowById } from '../store/row.ts';
import { type ApiKey, apiKeyWire } from '../wire.ts';
import { inUnit } from '../writing.ts';

const manage = 'nullplatform.key.manage';
const mostTags = 5;

/** `POST /api_key`: 201, and the only answer that shows the key (contract nullplatform 6.3). */
export const createApiKeyOperation: Handler = async (context, call) => {
  const fields = call.body();
  const name = requiredText(fields, 'name', 200);
  if (!isSent(fields, 'grants')) throw missingParameter('grants');
  const grants = grantsIn(call, fields) ?? [];
  if (grants.length === 0) throw invalidParameter('grants');
  const tags = tagsIn(fields) ?? [];
  await requireGrantable(context, call, grants);
  const { row, text } = await inUnit(context, call, (writing) =>
    createApiKey(writing, call.caller.organizationId, { name, grants, tags }),
  );
  return { ...apiKeyWire(row), api_key: text };
};

/** `GET /api_key` */
export const listApiKeys: Handler = async (context, call) => {
  await requireOn(context, call.caller, manage, { organization: call.caller.organizationId });
  const page = readPage(call, { name: 'name' });
  const filters = readFilters(call, { owner_id: 'owner_id', name: 'name', id: 'id' }, ['owner_id', 'id']);
  const own = { column: 'organization_id', values: [call.caller.organizationId] };
  const { rows, total } = await context.parts.storage.read((reader) =>
    pageOf(reader, 'np_api_key', { filters: [own, ...filters], page }),
  );
  return pageAnswer(page, total, rows.map(apiKeyWire));
};

/** `GET /api_key/:id`: masked. */
export const readApiKey: Handler = async (context, call) => apiKeyWire(await keyFor(context, call));

/** `PATCH /api_key/:id` */
export const updateApiKeyOperation: Handler = async (context, call) => {
  const fields = call.body();
  const grants = grantsIn(call, fields);
  const tags = tagsIn(fields);
  const name = isSent(fields, 'name') ? requiredText(fields, 'name', 200) : undefined;
  const row = await keyFor(context, call);
  if (grants) await requireGrantable(context, call, [...grants, ...grantsOf(row)]);
  const change: Partial<ApiKeyInput> = {
    ...(name === undefined ? {} : { name }),
    ...(grants ? { grants } : {}),
    ...(tags ? { tags } : {}),
  };
  await inUnit(context, call, (writing) => updateApiKey(writing, row, change));
  return call.wantsEntity ? await readApiKey(context, call) : undefined;
};

/** `DELETE /api_key/:id`: 204 exactly; tokens made with the key end at once. */
export const deleteApiKeyOperation: Handler = async (context, call) => {
  const row = await keyFor(context, call);
  await requireGrantable(context, call, grantsOf(row));
  await inUnit(context, call, (writing) => deleteApiKey(writing, row));
  return undefined;
};

async function keyFor(context: Context, call: Call): Promise<ApiKey> {
  const id = pathId(call);
  const row = await context.parts.storage.read((reader) => rowById(reader, 'np_api_key', id));
  if (!row) throw notFound('API key');
  await requireOn(context, call.caller, manage, { organization: row.organization_id });
  return row;
}

/** Nobody gives, changes or takes a right where they manage no keys themselves. */
async function requireGrantable(context: Context, call: Call, grants: readonly KeyGrant[]): Promise<void> {
  for (const { nrn } of grants) {
    const place = placeOf(nrn);
    if (!place || !(await mayOn(context, call.caller, manage, place))) throw forbidden();
  }
}

function grantsIn(call: Call, fields: ReturnType<Call['body']>): KeyGrant[] | undefined {
  const grants = optionalList(fields, 'grants')?.map((grant) => {
    if (!isObject(grant)) throw invalidParameter('grants');
    const nrn = isSent(grant, 'nrn') ? optionalText(grant, 'nrn') : undefined;
    if (nrn === undefined) throw missingParameter('grants.nrn');
    if (isSent(grant, 'actions') || isSent(grant, 'inherits')) {
      throw badRequest(
        'Grants are of whole roles here: name one by role_slug or role_id, without actions and inherits',
      );
    }
    if (!isSent(grant, 'role_slug') && !isSent(grant, 'role_id')) {
      throw missingParameter('grants.role_slug');
    }
    const slug = isSent(grant, 'role_slug') ? optionalText(grant, 'role_slug') : undefined;
    return readGrant(call.caller.organizationId, { nrn, slug, id: readId(grant.role_id) });
  });
  return grants && distinctGrants(grants);
}

function tagsIn(fields: ReturnType<Call['body']>): ApiKeyInput['tags'] | undefined {
  return optionalList(fields, 'tags', mostTags)?.map((tag) => {
    if (!isObject(tag)) throw invalidParameter('tags');
    return { key: requiredText(tag, 'key', 200), value: optionalText(tag, 'value') ?? '' };
  });
}
