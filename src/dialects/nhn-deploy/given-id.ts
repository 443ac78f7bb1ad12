import { CoreError } from '../../errors/index.ts';
import type { Unit } from '../../storage/index.ts';
import type { Context } from './context.ts';
import type { NhnTables } from './store.ts';

type NumberedTable =
  | 'nhn_project'
  | 'nhn_artifact'
  | 'nhn_binary_group'
  | 'nhn_server_group'
  | 'nhn_scenario'
  | 'nhn_resource_group'
  | 'nhn_resource_file';

/**
 * The columns for a row whose id a declaration gives: none without one. Throws `conflict` for an id that a row has or
 * had, and moves the sequence past it, because no number is ever used twice (contract nhn-deploy 1).
 */
export async function givenId(
  context: Context,
  unit: Unit,
  table: NumberedTable,
  id: number | undefined,
): Promise<{ id?: number }> {
  if (id === undefined) return {};
  const taken = await unit
    .tables<NhnTables>()
    .selectFrom(table)
    .select('id')
    .where('id', '=', id)
    .executeTakeFirst();
  if (taken)
    throw new CoreError(
      'conflict',
      `the id ${id} is held by another object, or was once; no number is used twice, so give another one, or none`,
    );
  await context.parts.storage.declareIdentity(unit, table, 'id', id);
  return { id };
}
