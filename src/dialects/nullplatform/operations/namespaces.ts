import { badRequest } from '../errors.ts';
import { createNamespace, type NamespaceInput, updateNamespace } from '../hierarchy.ts';
import { isSent, optionalSlug, optionalWord, pathId, requiredId, requiredText } from '../input.ts';
import { accountFor, namespaceFor } from '../lookup.ts';
import type { Call, Handler } from '../operation.ts';
import { pageAnswer, readFilters, readPage } from '../paging.ts';
import { livesIn } from '../store/inside.ts';
import { pageOf } from '../store/list.ts';
import { visibilityOf, visibleRows } from '../visibility.ts';
import { namespaceWire } from '../wire.ts';
import { inUnit } from '../writing.ts';
import { withoutDeleted } from './accounts.ts';

const write = 'nullplatform.hierarchy.write';

/** `POST /namespace` */
export const createNamespaceOperation: Handler = async (context, call) => {
  const fields = call.body();
  const name = requiredText(fields, 'name', 200);
  const accountId = requiredId(fields, 'account_id');
  const input = namespaceInput(fields);
  const account = await accountFor(context, call, write, accountId);
  const row = await inUnit(context, call, (writing) => createNamespace(writing, account, { ...input, name }));
  return namespaceWire(row);
};

/** `GET /namespace` */
export const listNamespaces: Handler = async (context, call) => {
  const page = readPage(call, { name: 'name', slug: 'slug', status: 'status' });
  const columns = { account_id: 'account_id', slug: 'slug', status: 'status', name: 'name', id: 'id' };
  const filters = readFilters(call, columns, ['account_id', 'id']);
  const visibility = await visibilityOf(context, call.caller);
  const conditions = [
    visibleRows(visibility, { account: 'account_id', namespace: 'id' }),
    ...withoutDeleted(call),
  ];
  const { rows, total } = await context.parts.storage.read((reader) =>
    pageOf(reader, 'np_namespace', { filters, conditions, page }),
  );
  return pageAnswer(page, total, rows.map(namespaceWire));
};

/** `GET /namespace/:id`, deleted ones included. */
export const readNamespace: Handler = async (context, call) =>
  namespaceWire(await namespaceFor(context, call, 'nullplatform.read', pathId(call)));

/** `PATCH /namespace/:id` */
export const updateNamespaceOperation: Handler = async (context, call) => {
  const id = pathId(call);
  const input = namespaceInput(call.body());
  const namespace = await namespaceFor(context, call, write, id);
  await inUnit(context, call, (writing) => updateNamespace(writing, namespace, input));
  return call.wantsEntity ? await readNamespace(context, call) : undefined;
};

/** `DELETE /namespace/:id` */
export const deleteNamespace: Handler = async (context, call) => {
  const namespace = await namespaceFor(context, call, write, pathId(call));
  await inUnit(context, call, async (writing) => {
    if (await livesIn(writing.unit, 'np_application', 'namespace_id', namespace.id)) {
      throw badRequest('The namespace has applications');
    }
    await updateNamespace(writing, namespace, { status: 'deleted' });
  });
  return undefined;
};

function namespaceInput(fields: ReturnType<Call['body']>): NamespaceInput {
  return {
    name: isSent(fields, 'name') ? requiredText(fields, 'name', 200) : undefined,
    slug: optionalSlug(fields, 'slug'),
    status: optionalWord(fields, 'status', ['active', 'inactive']),
  };
}
