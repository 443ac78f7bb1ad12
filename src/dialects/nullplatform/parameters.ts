import type { Unit } from '../../storage/index.ts';
import type { Context } from './context.ts';
import { badRequest, invalidParameter } from './errors.ts';
import { forgetSecretLater } from './forgotten-secrets.ts';
import { drawId, newEntity } from './ids.ts';
import { nrnOf, resourceOf } from './nrn.ts';
import { requireLive } from './store/inside.ts';
import { mostParameters, type Parameter, type ParameterValue } from './store/parameter.ts';
import { rowById } from './store/row.ts';
import type { NullplatformTables } from './tables.ts';
import { type Application, applicationPlace } from './wire.ts';
import type { Writing } from './writing.ts';

/** What a new parameter is given. */
export interface ParameterInput {
  readonly name: string;
  readonly type: Parameter['type'];
  readonly variable: string;
  readonly encoding: string;
  readonly secret: boolean;
  readonly readOnly: boolean;
}

/** What of a parameter can be changed. */
export interface ParameterChange {
  readonly name: string | undefined;
  /** The variable's name, or the file's path. */
  readonly variable: string | undefined;
  readonly readOnly: boolean | undefined;
}

/** One value: where it holds, and what it is. */
export interface ValueInput {
  readonly nrn: string;
  /** The scope that `nrn` names, if it names one. */
  readonly scopeId: number | undefined;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: string;
}

/** Defines a parameter of an application. Throws 400 when it has one of this variable already. */
export async function createParameter(
  writing: Writing,
  application: Application,
  input: ParameterInput,
): Promise<Parameter> {
  const { unit } = writing;
  const tables = unit.tables<NullplatformTables>();
  await requireLive(unit, 'np_application', application.id);
  await requireFreeVariable(unit, application, input);
  const there = await tables
    .selectFrom('np_parameter')
    .select((builder) => builder.fn.countAll<number>().as('count'))
    .where('application_id', '=', application.id)
    .executeTakeFirstOrThrow();
  if (Number(there.count) >= mostParameters) {
    throw badRequest(`An application has at most ${mostParameters} parameters`);
  }
  const row: Parameter = {
    ...(await newEntity(unit, 'np_parameter', application.organization_id)),
    nrn: nrnOf(applicationPlace(application)),
    application_id: application.id,
    name: input.name,
    type: input.type,
    variable: input.variable,
    encoding: input.encoding,
    secret: Number(input.secret),
    read_only: Number(input.readOnly),
  };
  await tables.insertInto('np_parameter').values(row).execute();
  await tell(writing, application, 'parameter.create', row);
  return row;
}

async function requireFreeVariable(
  unit: Unit,
  application: Application,
  { type, variable }: Pick<ParameterInput, 'type' | 'variable'>,
): Promise<void> {
  const taken = await unit
    .tables<NullplatformTables>()
    .selectFrom('np_parameter')
    .select('id')
    .where('application_id', '=', application.id)
    .where('type', '=', type)
    .where('variable', '=', variable)
    .executeTakeFirst();
  if (taken) throw badRequest("There's already a parameter with this variable on this application");
}

/** Changes what is given. Throws 400 for a variable that the application has already. */
export async function updateParameter(
  writing: Writing,
  application: Application,
  parameter: Parameter,
  change: ParameterChange,
): Promise<void> {
  const { unit } = writing;
  const { variable = parameter.variable } = change;
  if (variable !== parameter.variable) {
    await requireFreeVariable(unit, application, { type: parameter.type, variable });
  }
  await unit
    .tables<NullplatformTables>()
    .updateTable('np_parameter')
    .set({
      updated_at: unit.now,
      variable,
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.readOnly === undefined ? {} : { read_only: Number(change.readOnly) }),
    })
    .where('id', '=', parameter.id)
    .execute();
  await tell(writing, application, 'parameter.update', parameter);
}

/**
 * Sets the value at a place and dimensions; the one before is replaced, and what runs keeps what it was started with.
 * Throws 400 for a scope that the application has not, and where a read-only parameter has a value already.
 */
export async function setValue(
  writing: Writing,
  application: Application,
  parameter: Parameter,
  input: ValueInput,
): Promise<ParameterValue> {
  const { context, unit } = writing;
  const tables = unit.tables<NullplatformTables>();
  if (input.scopeId !== undefined) {
    const scope = await rowById(unit, 'np_scope', input.scopeId);
    if (scope?.application_id !== application.id) throw invalidParameter('nrn');
  }
  const dimensions = Object.entries(input.dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  const dimensionsJson = JSON.stringify(Object.fromEntries(dimensions));
  const before = await tables
    .selectFrom('np_parameter_value')
    .selectAll()
    .where('parameter_id', '=', parameter.id)
    .where('nrn', '=', input.nrn)
    .where('dimensions_json', '=', dimensionsJson)
    .executeTakeFirst();
  if (before) await removeValue(context, unit, application, parameter, before);
  const isSecret = parameter.secret === 1;
  const row: ParameterValue = {
    // A new id with every change: deployments name the version that they ship by it.
    id: await drawId(unit, 'np_parameter_value'),
    organization_id: application.organization_id,
    created_at: before?.created_at ?? unit.now,
    updated_at: unit.now,
    parameter_id: parameter.id,
    nrn: input.nrn,
    dimensions_json: dimensionsJson,
    value: isSecret ? null : input.value,
    secret_id: isSecret ? await context.parts.secrets.store(unit, input.value) : null,
  };
  await tables.insertInto('np_parameter_value').values(row).execute();
  await tell(writing, application, 'parameter.value', parameter);
  return row;
}

/** Removes a parameter with its values. */
export async function deleteParameter(
  writing: Writing,
  application: Application,
  parameter: Parameter,
): Promise<void> {
  const { context, unit } = writing;
  const tables = unit.tables<NullplatformTables>();
  const values = await tables
    .selectFrom('np_parameter_value')
    .selectAll()
    .where('parameter_id', '=', parameter.id)
    .execute();
  for (const value of values) await discard(context, unit, application, value);
  await tables.deleteFrom('np_parameter').where('id', '=', parameter.id).execute();
  await tell(writing, application, 'parameter.delete', parameter);
}

/** Removes one value. Throws 400 for a parameter that is read only. */
export async function removeValue(
  context: Context,
  unit: Unit,
  application: Application,
  parameter: Parameter,
  value: ParameterValue,
): Promise<void> {
  if (parameter.read_only === 1) throw badRequest('The parameter is read only');
  await discard(context, unit, application, value);
}

/** A secret that a deployment is about to start with stays in the vault until then. */
async function discard(
  context: Context,
  unit: Unit,
  application: Application,
  value: ParameterValue,
): Promise<void> {
  const tables = unit.tables<NullplatformTables>();
  await tables.deleteFrom('np_parameter_value').where('id', '=', value.id).execute();
  if (value.secret_id === null) return;
  const shipping = await tables
    .selectFrom('np_scope')
    .select('id')
    .where('application_id', '=', application.id)
    .where('in_progress_deployment_id', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  if (shipping) await forgetSecretLater(context, unit, value.secret_id);
  else await context.parts.secrets.remove(unit, value.secret_id);
}

/** The variable, never a value. */
async function tell(
  { context, unit, actor }: Writing,
  application: Application,
  action: string,
  parameter: Parameter,
): Promise<void> {
  const resource = resourceOf(applicationPlace(application));
  const subject = `${parameter.variable} of ${application.name}`;
  await context.parts.ledger.record(unit, actor, { action, resource, subject });
}
