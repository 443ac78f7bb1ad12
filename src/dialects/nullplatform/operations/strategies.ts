import type { Selectable } from 'kysely';
import type { Unit } from '../../../storage/index.ts';
import { requireOn } from '../access.ts';
import { wireActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { invalidParameter, notFound } from '../errors.ts';
import { drawId } from '../ids.ts';
import {
  isSent,
  longestDescription,
  optionalList,
  optionalObject,
  optionalText,
  pathId,
  requiredText,
} from '../input.ts';
import { nrnOf, placeOf, resourceOf } from '../nrn.ts';
import type { Call, Handler } from '../operation.ts';
import { pageAnswer, readFilters, readPage } from '../paging.ts';
import type { Permission } from '../roles.ts';
import { pageOf } from '../store/list.ts';
import { rowById } from '../store/row.ts';
import type { NullplatformTables, StrategyTable } from '../tables.ts';
import { timestamp } from '../timestamps.ts';
import { parsed } from '../wire.ts';

type Strategy = Selectable<StrategyTable>;

const write = 'nullplatform.strategy.write';

/** `POST /deployment_strategy` */
export const createStrategy: Handler = async (context, call) => {
  const fields = call.body();
  const name = requiredText(fields, 'name', 200);
  const nrn = optionalText(fields, 'nrn') || nrnOf({ organization: call.caller.organizationId });
  const place = placeOf(nrn);
  if (!place) throw invalidParameter('nrn');
  await requireOn(context, call.caller, write, place);
  const columns = columnsOf(fields);
  const row = await context.parts.storage.write(async (unit): Promise<Strategy> => {
    const strategy: Strategy = {
      id: await drawId(unit, 'np_strategy'),
      organization_id: call.caller.organizationId,
      name,
      nrn,
      description: null,
      dimensions_json: '{}',
      scope_type_ids_json: '[]',
      parameters_json: '{}',
      ...columns,
      created_at: unit.now,
      updated_at: unit.now,
    };
    await unit.tables<NullplatformTables>().insertInto('np_strategy').values(strategy).execute();
    await log(context, unit, call, 'strategy.create', strategy);
    return strategy;
  });
  return strategyWire(row);
};

/** `GET /deployment_strategy` */
export const listStrategies: Handler = async (context, call) => {
  const page = readPage(call, { name: 'name' });
  const filters = [
    ...readFilters(call, { id: 'id', name: 'name', nrn: 'nrn' }, ['id']),
    { column: 'organization_id', values: [call.caller.organizationId] },
  ];
  const { rows, total } = await context.parts.storage.read((reader) =>
    pageOf(reader, 'np_strategy', { filters, page }),
  );
  return pageAnswer(page, total, rows.map(strategyWire));
};

/** `GET /deployment_strategy/:id`: everybody of the organization may follow one, so everybody may read it. */
export const readStrategy: Handler = async (context, call) => strategyWire(await strategyFor(context, call));

/** `PATCH /deployment_strategy/:id`: deployments under way follow it as it is then. */
export const updateStrategy: Handler = async (context, call) => {
  const fields = call.body();
  const name = isSent(fields, 'name') ? { name: requiredText(fields, 'name', 200) } : {};
  const columns = columnsOf(fields);
  const strategy = await strategyFor(context, call, write);
  await context.parts.storage.write(async (unit) => {
    await unit
      .tables<NullplatformTables>()
      .updateTable('np_strategy')
      .set({ ...name, ...columns, updated_at: unit.now })
      .where('id', '=', strategy.id)
      .execute();
    await log(context, unit, call, 'strategy.update', strategy);
  });
  return call.wantsEntity ? await readStrategy(context, call) : undefined;
};

/** `DELETE /deployment_strategy/:id`: deployments that follow it stay where they are. */
export const deleteStrategy: Handler = async (context, call) => {
  const strategy = await strategyFor(context, call, write);
  await context.parts.storage.write(async (unit) => {
    await unit.tables<NullplatformTables>().deleteFrom('np_strategy').where('id', '=', strategy.id).execute();
    await log(context, unit, call, 'strategy.delete', strategy);
  });
  return undefined;
};

async function strategyFor(context: Context, call: Call, permission?: Permission): Promise<Strategy> {
  const row = await context.parts.storage.read((reader) => rowById(reader, 'np_strategy', pathId(call)));
  if (!row) throw notFound('Deployment strategy');
  const place = placeOf(row.nrn) ?? { organization: row.organization_id };
  if (permission) await requireOn(context, call.caller, permission, place);
  else if (row.organization_id !== call.caller.organizationId) {
    await requireOn(context, call.caller, 'nullplatform.read', place);
  }
  return row;
}

function columnsOf(fields: ReturnType<Call['body']>): Partial<Strategy> {
  const description = optionalText(fields, 'description', longestDescription);
  const dimensions = optionalObject(fields, 'dimensions');
  const types = optionalList(fields, 'scope_type_ids');
  const parameters = optionalObject(fields, 'parameters');
  return {
    ...(description === undefined ? {} : { description }),
    ...(dimensions === undefined ? {} : { dimensions_json: JSON.stringify(dimensions) }),
    ...(types === undefined ? {} : { scope_type_ids_json: JSON.stringify(types) }),
    ...(parameters === undefined ? {} : { parameters_json: JSON.stringify(parameters) }),
  };
}

async function log(
  context: Context,
  unit: Unit,
  call: Call,
  action: string,
  { name, nrn, organization_id }: Pick<Strategy, 'name' | 'nrn' | 'organization_id'>,
): Promise<void> {
  const resource = resourceOf(placeOf(nrn) ?? { organization: organization_id });
  await context.parts.ledger.record(unit, wireActor(call), {
    action,
    resource,
    subject: `deployment strategy ${name}`,
  });
}

function strategyWire(row: Strategy): object {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    nrn: row.nrn,
    dimensions: parsed(row.dimensions_json),
    scope_type_ids: parsed<unknown[]>(row.scope_type_ids_json),
    parameters: parsed(row.parameters_json),
    created_at: timestamp(row.created_at),
    updated_at: timestamp(row.updated_at),
  };
}
