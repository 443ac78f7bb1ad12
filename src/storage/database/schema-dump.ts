import { sql } from 'kysely';
import { CoreError } from '../../errors/index.ts';
import type { Storage } from './storage.ts';

/**
 * The whole schema of an embedded database as SQL text, tables with their indexes by name: what `schema.sql` holds, so
 * that a change of a migration shows as a change of the schema. Throws `not-implemented` on PostgreSQL.
 */
export async function dumpSchema(storage: Storage): Promise<string> {
  if (storage.flavor.engine !== 'sqlite') {
    throw new CoreError('not-implemented', 'The schema is written from an embedded database.');
  }
  const { rows } = await storage.read((reader) =>
    sql<{ sql: string }>`
      select sql from sqlite_master
      where sql is not null and substr(name, 1, 7) <> 'sqlite_'
      order by tbl_name, type desc, name`.execute(reader.tables()),
  );
  return rows.map((row) => `${row.sql.replace(/\n {6,8}/g, '\n  ').replace(/\n +\)/g, '\n)')};\n`).join('\n');
}
