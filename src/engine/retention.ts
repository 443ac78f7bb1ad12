import type { BlobStore, Storage } from '../storage/index.ts';
import type { WorkQueue } from '../work/index.ts';
import { type InstanceLines, linesFolder, retainInstances } from './instances/index.ts';
import { type OutputFiles, packOutputKind } from './output/index.ts';
import { retainRoutes } from './routes/index.ts';
import type { EngineTables } from './tables.ts';

/** The kind of work that clears old output and history away. */
export const retentionKind = 'engine.retention';

const day = 86_400_000;
/** Output is kept this long after the end of its rollout (design 3.6). */
export const outputRetention = 90 * day;
/** Rollouts are kept this long after their end: five years. */
export const historyRetention = 5 * 365.25 * day;

/** Rollouts of one unit: clearing away must not keep others from writing. */
const batch = 100;

interface RetentionParts {
  readonly storage: Storage;
  readonly blobs: BlobStore;
  readonly work: WorkQueue;
  readonly files: OutputFiles;
  readonly lines: InstanceLines;
}

/** Lets old output and history go, and looks after append files that were left behind. */
export async function retain(parts: RetentionParts, now: number): Promise<void> {
  while ((await dropOutput(parts, now - outputRetention)) === batch);
  while ((await dropHistory(parts, now - historyRetention)) === batch);
  await clearFiles(parts);
  await retainInstances(parts, now);
  await retainRoutes(parts.storage, now);
}

async function dropOutput({ storage, blobs }: RetentionParts, endedBefore: number): Promise<number> {
  return storage.write(async (unit) => {
    const tables = unit.tables<EngineTables>();
    const rows = await tables
      .selectFrom('rollout')
      .select(['number', 'output_sha256'])
      .where('output_sha256', 'is not', null)
      .where('ended_at', '<', endedBefore)
      .limit(batch)
      .execute();
    for (const { number, output_sha256 } of rows) {
      if (output_sha256 !== null) await blobs.release(unit, output_sha256);
      await tables.updateTable('rollout').set({ output_sha256: null }).where('number', '=', number).execute();
    }
    return rows.length;
  });
}

/** A rollout takes its stages, host runs and steps along (ON DELETE CASCADE). */
async function dropHistory({ storage }: RetentionParts, endedBefore: number): Promise<number> {
  return storage.write(async (unit) => {
    const tables = unit.tables<EngineTables>();
    const rows = await tables
      .selectFrom('rollout')
      .select('number')
      .where('live', '=', 0)
      .where('ended_at', '<', endedBefore)
      .where('output_sha256', 'is', null)
      .orderBy('number')
      .limit(batch)
      .execute();
    const numbers = rows.map((row) => row.number);
    if (numbers.length > 0) await tables.deleteFrom('rollout').where('number', 'in', numbers).execute();
    return rows.length;
  });
}

/** Append files of rollouts that are gone or packed; those of ended ones that were never packed are packed again. */
async function clearFiles({ storage, work, files }: RetentionParts): Promise<void> {
  for (const id of await files.rollouts()) {
    if (id === linesFolder) continue;
    const row = await storage.read((reader) =>
      reader
        .tables<EngineTables>()
        .selectFrom('rollout')
        .select(['number', 'live', 'output_sha256'])
        .where('id', '=', id)
        .executeTakeFirst(),
    );
    if (!row) await files.remove(id);
    else if (row.live === 0) {
      const again = { kind: packOutputKind, input: { rollout: row.number }, once: `${row.number}` };
      await storage.write((unit) => work.enqueue(unit, again));
    }
  }
}
