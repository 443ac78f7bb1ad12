import { rename, rm } from 'node:fs/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import { CoreError } from '../../../errors/index.ts';
import { syncPath } from '../../durable-file.ts';
import { sqliteError } from './errors.ts';

/** Lets `copy` write beside the target, and gives the copy its name when it is whole and on the disk. */
export async function writeBackup(target: string, copy: (file: string) => Promise<void>): Promise<void> {
  const partial = `${target}.partial`;
  await rm(partial, { force: true });
  try {
    await copy(partial);
    await syncPath(partial);
    await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
  }
}

/** What a backup holds: the applied migrations of each set. */
export interface BackupContents {
  readonly migrations: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads a backup through (every page, every reference) before it takes the place of a database. Throws `invalid` when
 * it is damaged or not a database of this program.
 */
export function checkBackup(file: string): BackupContents {
  let database: InstanceType<typeof DatabaseSync> | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    const [first] = database.prepare('pragma integrity_check(1)').all() as { integrity_check: string }[];
    if (first?.integrity_check !== 'ok') throw damaged(file, first?.integrity_check);
    const [dangling] = database.prepare('pragma foreign_key_check').all();
    if (dangling) throw damaged(file, `dangling reference ${JSON.stringify(dangling)}`);
    const tables = database
      .prepare(`select name from sqlite_master where type = 'table' and substr(name, 1, 10) = 'migration_'`)
      .all() as { name: string }[];
    if (tables.length === 0) throw damaged(file, 'it has no migrations');
    const migrations: Record<string, string[]> = {};
    for (const { name } of tables) {
      const rows = database.prepare(`select name from "${name}" order by name`).all() as { name: string }[];
      migrations[name.slice('migration_'.length)] = rows.map((row) => row.name);
    }
    return { migrations };
  } catch (error) {
    if (error instanceof CoreError) throw error;
    const known = sqliteError(error);
    throw damaged(file, known instanceof CoreError ? known.internal : String(error));
  } finally {
    if (database?.isOpen) database.close();
  }
}

function damaged(file: string, internal: string | undefined): CoreError {
  return new CoreError(
    'invalid',
    `${file} is not a whole backup of this program.`,
    internal ? { internal } : {},
  );
}
