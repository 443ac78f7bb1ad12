import { sql } from 'kysely';
import { CoreError } from '../../errors/index.ts';
import type { ColumnTypes, MigrationSet, Unit } from './storage.ts';

interface MigrationTables {
  [table: string]: { name: string; applied_at: number };
}

/**
 * Applies the missing migrations of a set within one unit. Throws `precondition` when the database has one that the
 * program doesn't know (it is newer), and `internal` when the program's list was changed behind an applied one.
 */
export async function applyMigrations(unit: Unit, set: MigrationSet, types: ColumnTypes): Promise<string[]> {
  if (!/^[a-z][a-z0-9_]*$/.test(set.name)) {
    throw new CoreError('internal', `The migration set ${set.name} needs a name of a-z, 0-9 and _.`);
  }
  const table = `migration_${set.name}`;
  await sql
    .raw(
      `create table if not exists ${table} (name ${types.text} not null primary key, applied_at ${types.integer} not null) ${types.end}`,
    )
    .execute(unit.tables());
  const tables = unit.tables<MigrationTables>();
  const applied = (await tables.selectFrom(table).select('name').orderBy('name').execute()).map(
    (row) => row.name,
  );
  const known = set.migrations.map((migration) => migration.name);
  const missing = pending(set.name, known, applied);
  for (const name of missing) {
    const migration = set.migrations.find((other) => other.name === name);
    for (const statement of migration?.statements(types) ?? []) {
      await sql.raw(singleStatement(name, statement)).execute(unit.tables());
    }
    await tables.insertInto(table).values({ name, applied_at: unit.now }).execute();
  }
  return missing;
}

/** The names still to apply, in order. `known` and `applied` are what the program and the database have. */
export function pending(set: string, known: readonly string[], applied: readonly string[]): string[] {
  const sorted = [...known].sort();
  if (sorted.some((name, index) => name !== known[index]) || new Set(known).size !== known.length) {
    throw new CoreError('internal', `The migrations of ${set} must be sorted by name, each name once.`);
  }
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new CoreError(
      'precondition',
      `The database is newer than this program: ${set} has ${unknown.join(', ')}. Start the newer version, or restore a backup.`,
    );
  }
  const missing = known.filter((name) => !applied.includes(name));
  const last = applied.at(-1);
  const late = missing.find((name) => last !== undefined && name < last);
  if (late !== undefined) {
    throw new CoreError(
      'internal',
      `The migration ${late} of ${set} sorts before ${last}, which is applied already.`,
    );
  }
  return missing;
}

/** Both engines would run a second statement differently (SQLite not at all), so each string holds one. */
function singleStatement(migration: string, statement: string): string {
  const text = statement.trim().replace(/;$/, '');
  if (text.includes(';') && !/^create\s+trigger/i.test(text)) {
    throw new CoreError(
      'internal',
      `The migration ${migration} has two statements in one string: ${text.slice(0, 80)}`,
    );
  }
  return text;
}
