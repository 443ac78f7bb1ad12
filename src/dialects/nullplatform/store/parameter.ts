import type { Selectable } from 'kysely';
import type { Reader } from '../../../storage/index.ts';
import type { NullplatformTables, ParameterTable, ParameterValueTable } from '../tables.ts';

/** The definition of a parameter, as its row has it. */
export type Parameter = Selectable<ParameterTable>;
/** One value of a parameter, as its row has it. */
export type ParameterValue = Selectable<ParameterValueTable>;

/** A parameter with its values, oldest first. */
export interface ValuedParameter {
  readonly parameter: Parameter;
  readonly values: readonly ParameterValue[];
}

/** The most parameters of one application. */
export const mostParameters = 1000;

/** The parameters of an application with their values, in two queries. */
export async function parametersOf(
  reader: Pick<Reader, 'tables'>,
  applicationId: number,
): Promise<ValuedParameter[]> {
  const parameters = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_parameter')
    .selectAll()
    .where('application_id', '=', applicationId)
    .orderBy('created_at')
    .orderBy('id')
    .limit(mostParameters)
    .execute();
  return await withValues(reader, parameters);
}

/** The parameters with their values, in one query for all of them. */
export async function withValues(
  reader: Pick<Reader, 'tables'>,
  parameters: readonly Parameter[],
): Promise<ValuedParameter[]> {
  const byParameter = new Map<number, ParameterValue[]>(parameters.map(({ id }) => [id, []]));
  const ids = [...byParameter.keys()];
  for (let start = 0; start < ids.length; start += 500) {
    const rows = await reader
      .tables<NullplatformTables>()
      .selectFrom('np_parameter_value')
      .selectAll()
      .where('parameter_id', 'in', ids.slice(start, start + 500))
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    for (const row of rows) byParameter.get(row.parameter_id)?.push(row);
  }
  return parameters.map((parameter) => ({ parameter, values: byParameter.get(parameter.id) ?? [] }));
}
