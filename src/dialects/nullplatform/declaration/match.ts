import type { Selectable } from 'kysely';
import type { AnyTables } from '../store/list.ts';
import { rowById } from '../store/row.ts';
import type { NullplatformTables } from '../tables.ts';
import type { Reconciliation } from './reconciliation.ts';

type Matched = 'np_account' | 'np_namespace' | 'np_application' | 'np_scope';

/**
 * The row that a declared object means: the one with its id, else the one with its name in the parent; undefined when it
 * has to be made. `refused` when the id belongs to something else; that was reported.
 */
export async function matchDeclared<Name extends Matched>(
  { unit, report }: Reconciliation,
  table: Name,
  parent: { readonly column: string; readonly id: number },
  declared: { readonly id?: number | undefined; readonly name: string },
  path: string,
): Promise<Selectable<NullplatformTables[Name]> | 'refused' | undefined> {
  if (declared.id !== undefined) {
    const row = (await rowById(unit, table, declared.id)) as Record<string, unknown> | undefined;
    if (row?.status === 'deleted') {
      report.error(`${path}/id`, 'is the id of something that was deleted');
      return 'refused';
    }
    if (row && row[parent.column] !== parent.id) {
      report.error(`${path}/id`, 'is the id of something else');
      return 'refused';
    }
    if (row) return row as unknown as Selectable<NullplatformTables[Name]>;
  }
  const named = await unit
    .tables<AnyTables>()
    .selectFrom(table as string)
    .selectAll()
    .where(parent.column, '=', parent.id)
    .where('name', '=', declared.name)
    .where('status', '<>', 'deleted')
    .executeTakeFirst();
  if (named && declared.id !== undefined) {
    report.error(`${path}/id`, `is ${Number(named.id)} for this name`);
    return 'refused';
  }
  return named as unknown as Selectable<NullplatformTables[Name]> | undefined;
}
