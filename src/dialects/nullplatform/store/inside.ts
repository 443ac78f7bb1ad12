import type { Reader } from '../../../storage/index.ts';
import { badRequest } from '../errors.ts';
import type { AnyTables } from './list.ts';
import { rowById } from './row.ts';

/** Whether something of the table stands in the entity with this id that is not gone or on its way out. */
export async function livesIn(
  reader: Pick<Reader, 'tables'>,
  table: 'np_namespace' | 'np_application' | 'np_scope',
  column: string,
  id: number,
): Promise<boolean> {
  const inside = await reader
    .tables<AnyTables>()
    .selectFrom(table as string)
    .select('id')
    .where(column, '=', id)
    .where('status', 'not in', ['deleted', 'deleting'])
    .limit(1)
    .executeTakeFirst();
  return inside !== undefined;
}

/** Throws 400 where something would be made in what was deleted, also a moment ago. */
export async function requireLive(
  reader: Pick<Reader, 'tables'>,
  table: 'np_account' | 'np_namespace' | 'np_application',
  id: number,
): Promise<void> {
  const row = await rowById(reader, table, id);
  if (row?.status === 'deleted') throw badRequest(`The ${table.slice('np_'.length)} is deleted`);
}
