import type { Storage } from '../../storage/index.ts';
import { rowChunks } from '../row-chunks.ts';
import type { InstanceLines } from './lines.ts';
import type { InstanceTables } from './tables.ts';

/** How long rows and lines of stopped and lost instances stay, in milliseconds: a day. */
export const instanceRetention = 86_400_000;
/** Rows of one unit: clearing away must not keep others from writing. */
const batch = 200;

/** Lets stopped and lost instances go after a day, with what they wrote and the pools that nothing is left of. */
export async function retainInstances(
  parts: { storage: Storage; lines: InstanceLines },
  now: number,
): Promise<void> {
  while ((await drop(parts.storage, now - instanceRetention)) === batch);
  await parts.lines.clear((ids) => standing(parts.storage, ids));
}

async function drop(storage: Storage, before: number): Promise<number> {
  return storage.write(async (unit) => {
    const tables = unit.tables<InstanceTables>();
    const rows = await tables
      .selectFrom('instance')
      .select(['id', 'pool'])
      .where('state', 'in', ['stopped', 'lost'])
      .where('changed_at', '<', before)
      .limit(batch)
      .execute();
    for (const some of rowChunks(rows.map((row) => row.id)))
      await tables.deleteFrom('instance').where('id', 'in', some).execute();
    for (const some of rowChunks([...new Set(rows.map((row) => row.pool))])) {
      await tables
        .deleteFrom('pool')
        .where('name', 'in', some)
        .where('name', 'not in', (left) =>
          left.selectFrom('instance').select('pool').where('pool', 'in', some),
        )
        .execute();
    }
    return rows.length;
  });
}

async function standing(storage: Storage, ids: readonly string[]): Promise<ReadonlySet<string>> {
  return storage.read(async (reader) => {
    const found = new Set<string>();
    for (const some of rowChunks(ids)) {
      const rows = await reader
        .tables<InstanceTables>()
        .selectFrom('instance')
        .select('id')
        .where('id', 'in', some)
        .execute();
      for (const row of rows) found.add(row.id);
    }
    return found;
  });
}
