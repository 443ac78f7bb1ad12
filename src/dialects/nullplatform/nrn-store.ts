import { sql } from 'kysely';
import type { Reader } from '../../storage/index.ts';
import { badRequest } from './errors.ts';
import { nrnOf, type Place, resourceOf } from './nrn.ts';
import type { NullplatformTables } from './tables.ts';
import type { Writing } from './writing.ts';

/** The most values at one NRN, and how long they may be together: whoever reads a scope reads those of five. */
const mostValues = 500;
const mostCharacters = 1_048_576;

/** `aws.log_group_name`: where a value stands in the store of an NRN. */
export interface ValueName {
  readonly namespace: string;
  readonly name: string;
}

/** The values that hold at a place, by namespace and name: its own before those of the places above it. */
export async function valuesAt(
  reader: Pick<Reader, 'tables'>,
  place: Place,
): Promise<ReadonlyMap<string, ReadonlyMap<string, unknown>>> {
  const words = nrnOf(place).split(':');
  const nrns = words.map((_, index) => words.slice(0, index + 1).join(':'));
  const rows = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_nrn_value')
    .select(['nrn', 'namespace', 'name', 'value_json'])
    .where('nrn', 'in', nrns)
    .execute();
  rows.sort((a, b) => a.nrn.length - b.nrn.length);
  const found = new Map<string, Map<string, unknown>>();
  for (const { namespace, name, value_json } of rows) {
    const values = found.get(namespace) ?? new Map<string, unknown>();
    found.set(namespace, values.set(name, JSON.parse(value_json)));
  }
  return found;
}

/** Sets values at a place; null takes one away. The ledger has their names. Throws 400 for too many, or too long ones. */
export async function setValuesAt(
  { context, unit, actor }: Writing,
  place: Place,
  values: readonly (ValueName & { readonly value: unknown })[],
): Promise<void> {
  const tables = unit.tables<NullplatformTables>();
  const nrn = nrnOf(place);
  for (const { namespace, name, value } of values) {
    if (value === null) {
      await tables
        .deleteFrom('np_nrn_value')
        .where('nrn', '=', nrn)
        .where('namespace', '=', namespace)
        .where('name', '=', name)
        .execute();
      continue;
    }
    const at = { organization_id: place.organization, nrn, namespace, name };
    const change = { value_json: JSON.stringify(value), updated_at: unit.now };
    await tables
      .insertInto('np_nrn_value')
      .values({ ...at, ...change })
      .onConflict((conflict) => conflict.columns(['nrn', 'namespace', 'name']).doUpdateSet(change))
      .execute();
  }
  const { count, characters } = await tables
    .selectFrom('np_nrn_value')
    .select((builder) => builder.fn.countAll<number>().as('count'))
    .select(sql<number | null>`sum(length(value_json))`.as('characters'))
    .where('nrn', '=', nrn)
    .executeTakeFirstOrThrow();
  if (Number(count) > mostValues) throw badRequest(`An NRN has at most ${mostValues} values`);
  if (Number(characters) > mostCharacters) {
    throw badRequest(`The values of an NRN have at most ${mostCharacters} characters together`);
  }
  const names = values.map(({ namespace, name }) => `${namespace}.${name}`).join(', ');
  const subject = `${names.slice(0, 500)} of ${nrn}`;
  await context.parts.ledger.record(unit, actor, {
    action: 'nrn.update',
    resource: resourceOf(place),
    subject,
  });
}
