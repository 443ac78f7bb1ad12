import type { Selectable } from 'kysely';
import { requireOn } from '../access.ts';
import type { Context } from '../context.ts';
import { messageWire } from '../deployments/deployment-wire.ts';
import { placedScope } from '../deployments/rows.ts';
import { notFound } from '../errors.ts';
import { isFlagSet } from '../input.ts';
import type { Call, Handler } from '../operation.ts';
import { pageAnswer, readPage } from '../paging.ts';
import { pageOf } from '../store/list.ts';
import type { ActionTable, NullplatformTables } from '../tables.ts';
import { timestamp } from '../timestamps.ts';
import { parsed, type Scope, scopePlace } from '../wire.ts';

type Action = Selectable<ActionTable>;

/** `GET /service/:id/action`: what was done in the scope with this `instance_id`, the newest first. */
export const listActions: Handler = async (context, call) => {
  const scope = await scopeOfService(context, call);
  const page = readPage(call);
  const filters = [{ column: 'scope_id', values: [scope.id] }];
  const { rows, total } = await context.parts.storage.read((reader) =>
    pageOf(reader, 'np_action', { filters, page }),
  );
  return pageAnswer(
    page,
    total,
    rows.map((row) => actionWire(row, [])),
  );
};

/** `GET /service/:id/action/:action`, with what was said meanwhile for `include_messages=true`. */
export const readAction: Handler = async (context, call) => {
  const scope = await scopeOfService(context, call);
  return await context.parts.storage.read(async (reader) => {
    const tables = reader.tables<NullplatformTables>();
    const row = await tables
      .selectFrom('np_action')
      .selectAll()
      .where('id', '=', call.path.action ?? '')
      .where('scope_id', '=', scope.id)
      .executeTakeFirst();
    if (!row) throw notFound('Action');
    if (!isFlagSet(call, 'include_messages')) return actionWire(row, []);
    const isOver = row.status === 'success' || row.status === 'failed';
    const messages = await tables
      .selectFrom('np_message')
      .select(['level', 'message', 'at'])
      .where('deployment_id', '=', row.deployment_id)
      .where('at', '>=', row.created_at)
      .where('at', '<=', isOver ? row.updated_at : Number.MAX_SAFE_INTEGER)
      .orderBy('id')
      .limit(1000)
      .execute();
    return actionWire(row, messages.map(messageWire));
  });
};

async function scopeOfService(context: Context, call: Call): Promise<Scope> {
  const found = await context.parts.storage.read(async (reader) => {
    const scope = await reader
      .tables<NullplatformTables>()
      .selectFrom('np_scope')
      .select('id')
      .where('instance_id', '=', call.path.id ?? '')
      .executeTakeFirst();
    return scope && (await placedScope(reader, scope.id));
  });
  if (!found) throw notFound('Service');
  await requireOn(context, call.caller, 'nullplatform.read', scopePlace(found.application, found.scope));
  return found.scope;
}

function actionWire(row: Action, messages: readonly object[]): object {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    type: 'custom',
    status: row.status,
    parameters: parsed(row.parameters_json),
    results: parsed(row.results_json),
    messages,
    created_at: timestamp(row.created_at),
    updated_at: timestamp(row.updated_at),
  };
}
