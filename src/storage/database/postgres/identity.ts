import { sql } from 'kysely';
import { CoreError } from '../../../errors/index.ts';
import type { Unit } from '../storage.ts';

/** Moves the sequence of an identity column to `id` when it stands before; it never goes back, also not by a rollback. */
export async function moveSequencePast(unit: Unit, table: string, column: string, id: number): Promise<void> {
  const tables = unit.tables();
  const found = await sql<{ sequence: string | null }>`
    select pg_get_serial_sequence(${table}, ${column}) as sequence`.execute(tables);
  const sequence = found.rows[0]?.sequence;
  if (!sequence) throw new CoreError('internal', `${table}.${column} is no identity column.`);
  const place = sql.raw(sequence);
  const standing = await sql<{ last_value: number }>`select last_value from ${place}`.execute(tables);
  if ((standing.rows[0]?.last_value ?? 0) > id) return;
  // Without the lock an insert could take a number between the look and the move, and the move would give it out again.
  await sql`lock table ${sql.table(table)} in share row exclusive mode`.execute(tables);
  await sql`select setval(${sequence}::regclass, greatest(${id}::bigint, (select last_value from ${place})))`.execute(
    tables,
  );
}
