import { requireOn } from '../access.ts';
import { badRequest } from '../errors.ts';
import { type AccountInput, createAccount, updateAccount } from '../hierarchy.ts';
import {
  isFlagSet,
  isSent,
  optionalId,
  optionalObject,
  optionalSlug,
  optionalText,
  optionalWord,
  pathId,
  requiredText,
} from '../input.ts';
import { accountFor } from '../lookup.ts';
import type { Call, Handler } from '../operation.ts';
import { pageAnswer, readFilters, readPage } from '../paging.ts';
import { livesIn } from '../store/inside.ts';
import { pageOf } from '../store/list.ts';
import { rowById } from '../store/row.ts';
import { visibilityOf, visibleRows } from '../visibility.ts';
import { accountWire } from '../wire.ts';
import { inUnit } from '../writing.ts';

const write = 'nullplatform.hierarchy.write';

/** `POST /account` */
export const createAccountOperation: Handler = async (context, call) => {
  const fields = call.body();
  const name = requiredText(fields, 'name', 200);
  const input = accountInput(fields);
  const organization = optionalId(fields, 'organization_id') ?? call.caller.organizationId;
  await requireOn(context, call.caller, write, { organization });
  const row = await inUnit(context, call, (writing) =>
    createAccount(writing, organization, { ...input, name }),
  );
  return accountWire(row);
};

/** `GET /account` */
export const listAccounts: Handler = async (context, call) => {
  const page = readPage(call, { name: 'name', slug: 'slug', status: 'status' });
  const columns = {
    organization_id: 'organization_id',
    slug: 'slug',
    status: 'status',
    name: 'name',
    id: 'id',
  };
  const filters = readFilters(call, columns, ['organization_id', 'id']);
  const visible = visibleRows(await visibilityOf(context, call.caller), { account: 'id' });
  const conditions = [visible, ...withoutDeleted(call)];
  const { rows, total } = await context.parts.storage.read((reader) =>
    pageOf(reader, 'np_account', { filters, conditions, page }),
  );
  return pageAnswer(page, total, rows.map(accountWire));
};

/** `GET /account/:id`, deleted ones included. */
export const readAccount: Handler = async (context, call) =>
  accountWire(await accountFor(context, call, 'nullplatform.read', pathId(call)));

/** `PATCH /account/:id` */
export const updateAccountOperation: Handler = async (context, call) => {
  const id = pathId(call);
  const input = accountInput(call.body());
  const account = await accountFor(context, call, write, id);
  await inUnit(context, call, (writing) => updateAccount(writing, account, input));
  return call.wantsEntity ? await readAccount(context, call) : undefined;
};

/** `DELETE /account/:id`: 200, as clients want it (contract nullplatform 3.0). */
export const deleteAccount: Handler = async (context, call) => {
  const account = await accountFor(context, call, write, pathId(call));
  const row = await inUnit(context, call, async (writing) => {
    if (await livesIn(writing.unit, 'np_namespace', 'account_id', account.id)) {
      throw badRequest('The account has namespaces');
    }
    await updateAccount(writing, account, { status: 'deleted' });
    return await rowById(writing.unit, 'np_account', account.id);
  });
  return accountWire(row ?? account);
};

/** Lists leave deleted entities out, unless they are asked for (contract nullplatform 3.11). */
export function withoutDeleted(call: Pick<Call, 'query'>) {
  if (isFlagSet(call, 'show_deleted') || isSent(call.query, 'status')) return [];
  return [(builder: Parameters<ReturnType<typeof visibleRows>>[0]) => builder('status', '<>', 'deleted')];
}

function accountInput(fields: ReturnType<Call['body']>): AccountInput {
  return {
    name: isSent(fields, 'name') ? requiredText(fields, 'name', 200) : undefined,
    slug: optionalSlug(fields, 'slug'),
    repositoryPrefix: optionalText(fields, 'repository_prefix'),
    repositoryProvider: optionalText(fields, 'repository_provider'),
    settings: optionalObject(fields, 'settings'),
    status: optionalWord(fields, 'status', ['active', 'inactive']),
  };
}
