import { mayOn, requireOn, requireOnShared } from '../access.ts';
import type { Context } from '../context.ts';
import { invalidParameter, missingParameter, notFound } from '../errors.ts';
import { isFlagSet, isObject, isSent, optionalList, pathId, requiredText, wordOf } from '../input.ts';
import { applicationFor, applicationOf, sharedApplicationFor } from '../lookup.ts';
import { nrnOf, placeOf } from '../nrn.ts';
import type { Call, Handler } from '../operation.ts';
import { pageAnswer, readFilters, readPage } from '../paging.ts';
import { parameterChange, parameterInput, valueInput } from '../parameter-input.ts';
import { parameterWire, valueWire } from '../parameter-wire.ts';
import { createParameter, deleteParameter, removeValue, setValue, updateParameter } from '../parameters.ts';
import type { Permission } from '../roles.ts';
import { pageOf } from '../store/list.ts';
import { type Parameter, type ParameterValue, withValues } from '../store/parameter.ts';
import { rowById } from '../store/row.ts';
import { visibilityOf } from '../visibility.ts';
import { type Application, applicationPlace } from '../wire.ts';
import { inUnit } from '../writing.ts';

const read = 'nullplatform.read';
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

/**
 * `GET /parameter?nrn=`: what an application's scopes get. Who may read only some of these scopes is shown the values that
 * were set for them, and no others.
 */
export const listParameters: Handler = async (context, call) => {
  if (!isSent(call.query, 'nrn')) throw missingParameter('nrn');
  const page = readPage(call, { name: 'name', variable: 'variable' });
  const application = await applicationAt(context, call, read, call.query.nrn ?? '');
  const columns = { id: 'id', name: 'name', type: 'type', variable: 'variable' };
  const own = { column: 'application_id', values: [application.id] };
  const filters = [own, ...readFilters(call, columns, ['id'])];
  // Not to have to open them: what is only looked for needs no values.
  const isHiding = isFlagSet(call, 'hide_values');
  const isVisible = await valuesWith(context, call, application, read);
  const secrets = await secretReader(context, call, application);
  const { total, parameters } = await context.parts.storage.read(async (reader) => {
    const found = await pageOf(reader, 'np_parameter', { filters, page });
    return { total: found.total, parameters: await withValues(reader, found.rows) };
  });
  const revealed = isHiding ? new Map() : await secrets(parameters.flatMap(({ values }) => values));
  const results = parameters.map(({ parameter, values }) => {
    const visible = values.filter(isVisible);
    const shown = isHiding ? visible.map((value) => ({ ...value, value: null })) : visible;
    return parameterWire(parameter, shown, revealed);
  });
  return pageAnswer(page, total, results);
};

/** `GET /parameter/:id` */
export const readParameter: Handler = async (context, call) => {
  const { parameter, application } = await parameterFor(context, call);
  await requireOnShared(context, call.caller, read, applicationPlace(application));
  const isVisible = await valuesWith(context, call, application, read);
  const secrets = await secretReader(context, call, application);
  const [valued] = await context.parts.storage.read((reader) => withValues(reader, [parameter]));
  const values = valued?.values.filter(isVisible) ?? [];
  return parameterWire(parameter, values, await secrets(values));
};

/** `PATCH /parameter/:id`: its name, its variable or path, and whether it is read only. */
export const updateParameterOperation: Handler = async (context, call) => {
  const fields = call.body();
  const { parameter, application } = await parameterFor(context, call);
  await requireOn(context, call.caller, write, applicationPlace(application));
  const change = parameterChange(fields, parameter);
  await inUnit(context, call, (writing) => updateParameter(writing, application, parameter, change));
  return call.wantsEntity ? await readParameter(context, call) : undefined;
};

/** `DELETE /parameter/:id` */
export const deleteParameterOperation: Handler = async (context, call) => {
  const { parameter, application } = await parameterFor(context, call);
  await requireOn(context, call.caller, write, applicationPlace(application));
  await inUnit(context, call, (writing) => deleteParameter(writing, application, parameter));
  return undefined;
};

/** `POST /parameter/:id/value`: sets the value at an NRN and dimensions; that of a scope needs the right there only. */
export const setParameterValue: Handler = async (context, call) => {
  const fields = call.body();
  const { parameter, application } = await parameterFor(context, call);
  await requireOnValue(context, call, application, wordOf(fields.nrn));
  const input = valueInput(application, parameter.encoding, fields);
  const value = await inUnit(context, call, (writing) => setValue(writing, application, parameter, input));
  return valueWire(value);
};

/** `DELETE /parameter/:id/value/:value` */
export const deleteParameterValue: Handler = async (context, call) => {
  const valueId = pathId(call, 'value');
  const { parameter, application } = await parameterFor(context, call);
  const place = applicationPlace(application);
  await requireOnShared(context, call.caller, read, place);
  const there = await context.parts.storage.read((reader) => rowById(reader, 'np_parameter_value', valueId));
  const isOwn = there?.parameter_id === parameter.id;
  await requireOnValue(context, call, application, isOwn ? there.nrn : nrnOf(place));
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
): Promise<{ parameter: Parameter; application: Application }> {
  const id = pathId(call);
  const found = await context.parts.storage.read(async (reader) => {
    const parameter = await rowById(reader, 'np_parameter', id);
    return parameter && { parameter, application: await applicationOf(reader, parameter) };
  });
  if (!found) throw notFound('Parameter');
  return found;
}

/** A value of one scope is that scope's; every other is the application's. */
async function requireOnValue(
  context: Context,
  call: Call,
  application: Application,
  nrn: string,
): Promise<void> {
  const named = placeOf(nrn);
  const scope = named?.application === application.id ? named.scope : undefined;
  await requireOn(context, call.caller, write, { ...applicationPlace(application), scope });
}

/** Whether the caller has the permission on a value: on all of the application's, or on those of its own scopes. */
async function valuesWith(
  context: Context,
  call: Call,
  application: Application,
  permission: Permission,
): Promise<(value: ParameterValue) => boolean> {
  const place = applicationPlace(application);
  if (await mayOn(context, call.caller, permission, place)) return () => true;
  const { scopes } = await visibilityOf(context, call.caller, permission);
  const nrns = new Set(scopes.map((scope) => nrnOf({ ...place, scope })));
  return ({ nrn }) => nrns.has(nrn);
}

/** Parameters belong to applications: an NRN above or below one names nothing here. */
async function applicationAt(
  context: Context,
  call: Call,
  permission: typeof read | typeof write,
  nrn: string,
): Promise<Application> {
  const place = placeOf(nrn);
  if (place?.application === undefined) throw invalidParameter('nrn');
  const application =
    permission === read
      ? await sharedApplicationFor(context, call, place.application)
      : await applicationFor(context, call, permission, place.application);
  if (!`${nrn}:`.startsWith(`${nrnOf(applicationPlace(application))}:`)) throw invalidParameter('nrn');
  return application;
}

/** Values of secrets are shown to nobody but those who may read them (contract nullplatform 2.5, 6.5). */
async function secretReader(context: Context, call: Call, application: Application) {
  const isOpen = await valuesWith(context, call, application, 'nullplatform.secret.read');
  return async (values: readonly ParameterValue[]): Promise<ReadonlyMap<number, string>> => {
    const ids = values.filter(isOpen).flatMap(({ secret_id: id }) => (id === null ? [] : [id]));
    return ids.length > 0 ? await context.parts.secrets.reveal(ids) : new Map();
  };
}
