import { mayOn, requireOn } from '../access.ts';
import type { Context } from '../context.ts';
import { invalidParameter, missingParameter, notFound } from '../errors.ts';
import { isFlagSet, isObject, isSent, optionalList, pathId, requiredText } from '../input.ts';
import { applicationFor, applicationOf } from '../lookup.ts';
import { nrnOf, placeOf } from '../nrn.ts';
import type { Call, Handler } from '../operation.ts';
import { pageAnswer, readFilters, readPage } from '../paging.ts';
import { parameterChange, parameterInput, valueInput } from '../parameter-input.ts';
import { parameterWire, valueWire } from '../parameter-wire.ts';
import { createParameter, deleteParameter, removeValue, setValue, updateParameter } from '../parameters.ts';
import { pageOf } from '../store/list.ts';
import { type Parameter, type ParameterValue, withValues } from '../store/parameter.ts';
import { rowById } from '../store/row.ts';
import { type Application, applicationPlace } from '../wire.ts';
import { inUnit } from '../writing.ts';

const write = 'nullplatform.parameter.write';

/** `POST /parameter`; `values` may come with it. */
export const createParameterOperation: Handler = async (context, call) => {
  const fields = call.body();
  const nrn = requiredText(fields, 'nrn', 500);
  const input = parameterInput(fields);
  const values = optionalList(fields, 'values', 200) ?? [];
  const application = await applicationAt(context, call, write, nrn);
  const given = values.map((value) => valueInput(application, input.encoding, isObject(value) ? value : {}));
  return await inUnit(context, call, async (writing) => {
    const parameter = await createParameter(writing, application, input);
    for (const value of given) await setValue(writing, application, parameter, value);
    const [made] = await withValues(writing.unit, [parameter]);
    return parameterWire(parameter, made?.values ?? []);
  });
};

/** `GET /parameter?nrn=`: what an application's scopes get. */
export const listParameters: Handler = async (context, call) => {
  if (!isSent(call.query, 'nrn')) throw missingParameter('nrn');
  const page = readPage(call, { name: 'name', variable: 'variable' });
  const application = await applicationAt(context, call, 'nullplatform.read', call.query.nrn ?? '');
  const columns = { id: 'id', name: 'name', type: 'type', variable: 'variable' };
  const own = { column: 'application_id', values: [application.id] };
  const filters = [own, ...readFilters(call, columns, ['id'])];
  // Not to have to open them: what is only looked for needs no values.
  const isHiding = isFlagSet(call, 'hide_values');
  const secrets = await secretReader(context, call, application);
  const { total, parameters } = await context.parts.storage.read(async (reader) => {
    const found = await pageOf(reader, 'np_parameter', { filters, page });
    return { total: found.total, parameters: await withValues(reader, found.rows) };
  });
  const revealed = isHiding ? new Map() : await secrets(parameters.flatMap(({ values }) => values));
  const results = parameters.map(({ parameter, values }) => {
    const shown = isHiding ? values.map((value) => ({ ...value, value: null })) : values;
    return parameterWire(parameter, shown, revealed);
  });
  return pageAnswer(page, total, results);
};

/** `GET /parameter/:id` */
export const readParameter: Handler = async (context, call) => {
  const { parameter, application } = await parameterFor(context, call, 'nullplatform.read');
  const secrets = await secretReader(context, call, application);
  const [valued] = await context.parts.storage.read((reader) => withValues(reader, [parameter]));
  const values = valued?.values ?? [];
  return parameterWire(parameter, values, await secrets(values));
};

/** `PATCH /parameter/:id`: its name, its variable or path, and whether it is read only. */
export const updateParameterOperation: Handler = async (context, call) => {
  const fields = call.body();
  const { parameter, application } = await parameterFor(context, call, write);
  const change = parameterChange(fields, parameter);
  await inUnit(context, call, (writing) => updateParameter(writing, application, parameter, change));
  return call.wantsEntity ? await readParameter(context, call) : undefined;
};

/** `DELETE /parameter/:id` */
export const deleteParameterOperation: Handler = async (context, call) => {
  const { parameter, application } = await parameterFor(context, call, write);
  await inUnit(context, call, (writing) => deleteParameter(writing, application, parameter));
  return undefined;
};

/** `POST /parameter/:id/value`: sets the value at an NRN and dimensions. */
export const setParameterValue: Handler = async (context, call) => {
  const fields = call.body();
  const { parameter, application } = await parameterFor(context, call, write);
  const input = valueInput(application, parameter.encoding, fields);
  const value = await inUnit(context, call, (writing) => setValue(writing, application, parameter, input));
  return valueWire(value);
};

/** `DELETE /parameter/:id/value/:value` */
export const deleteParameterValue: Handler = async (context, call) => {
  const valueId = pathId(call, 'value');
  const { parameter, application } = await parameterFor(context, call, write);
  await context.parts.storage.write(async (unit) => {
    const value = await rowById(unit, 'np_parameter_value', valueId);
    if (value?.parameter_id !== parameter.id) throw notFound('Parameter value');
    await removeValue(context, unit, application, parameter, value);
  });
  return undefined;
};

async function parameterFor(
  context: Context,
  call: Call,
  permission: 'nullplatform.read' | typeof write,
): Promise<{ parameter: Parameter; application: Application }> {
  const id = pathId(call);
  const found = await context.parts.storage.read(async (reader) => {
    const parameter = await rowById(reader, 'np_parameter', id);
    return parameter && { parameter, application: await applicationOf(reader, parameter) };
  });
  if (!found) throw notFound('Parameter');
  await requireOn(context, call.caller, permission, applicationPlace(found.application));
  return found;
}

/** Parameters belong to applications: an NRN above or below one names nothing here. */
async function applicationAt(
  context: Context,
  call: Call,
  permission: 'nullplatform.read' | typeof write,
  nrn: string,
): Promise<Application> {
  const place = placeOf(nrn);
  if (place?.application === undefined) throw invalidParameter('nrn');
  const application = await applicationFor(context, call, permission, place.application);
  if (!`${nrn}:`.startsWith(`${nrnOf(applicationPlace(application))}:`)) throw invalidParameter('nrn');
  return application;
}

/** Values of secrets are shown to nobody but those who may read them (contract nullplatform 2.5, 6.5). */
async function secretReader(context: Context, call: Call, application: Application) {
  const place = applicationPlace(application);
  const may = await mayOn(context, call.caller, 'nullplatform.secret.read', place);
  return async (values: readonly ParameterValue[]): Promise<ReadonlyMap<number, string>> => {
    const ids = values.flatMap(({ secret_id: id }) => (id === null ? [] : [id]));
    return may && ids.length > 0 ? await context.parts.secrets.reveal(ids) : new Map();
  };
}
