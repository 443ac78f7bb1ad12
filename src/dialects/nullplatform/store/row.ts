import type { Selectable } from 'kysely';
import type { Reader } from '../../../storage/index.ts';
import type { NullplatformTables } from '../tables.ts';
import type { AnyTables } from './list.ts';

/** The row with this id; undefined when there is none. Reads what `reader` (or a unit) sees. */
export async function rowById<Name extends keyof NullplatformTables>(
  reader: Pick<Reader, 'tables'>,
  table: Name,
  id: number,
): Promise<Selectable<NullplatformTables[Name]> | undefined> {
  const row = await reader
    .tables<AnyTables>()
    .selectFrom(table as string)
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row as Selectable<NullplatformTables[Name]> | undefined;
}

/** The rows with these ids, by id: what a page refers to, in one query. At most a page's worth of ids. */
export async function rowsById<Name extends keyof NullplatformTables>(
  reader: Pick<Reader, 'tables'>,
  table: Name,
  ids: readonly (number | null)[],
): Promise<ReadonlyMap<number, Selectable<NullplatformTables[Name]>>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const rows = await reader
    .tables<AnyTables>()
    .selectFrom(table as string)
    .selectAll()
    .where('id', 'in', wanted)
    .execute();
  return new Map(rows.map((row) => [Number(row.id), row as unknown as Selectable<NullplatformTables[Name]>]));
}
