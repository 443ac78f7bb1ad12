import type { Logger } from 'pino';
import type { Storage } from '../database/storage.ts';
import type { BlobObjects } from './blob-store.ts';
import { type BlobTables, blobLock } from './blob-table.ts';

const rowsAtOnce = 500;

/**
 * Removes blobs that no row has referred to since `before`, then stored bytes older than that which the table doesn't
 * know (a process died between storing and counting them). Returns how many went.
 */
export async function sweepBlobs(parts: {
  storage: Storage;
  objects: BlobObjects;
  log: Logger;
  before: number;
}): Promise<number> {
  const { storage, objects, before } = parts;
  let removed = 0;
  for (let after = ''; ; ) {
    const rows = await storage.read((reader) =>
      reader
        .tables<BlobTables>()
        .selectFrom('blob')
        .select('sha256')
        .where('unreferenced_at', '<', before)
        .where('sha256', '>', after)
        .orderBy('sha256')
        .limit(rowsAtOnce)
        .execute(),
    );
    for (const { sha256 } of rows)
      removed += (await removeUnreferenced(storage, objects, sha256, before)) ? 1 : 0;
    const last = rows.at(-1);
    if (!last || rows.length < rowsAtOnce) break;
    after = last.sha256;
  }
  for await (const sha256 of objects.olderThan(before)) {
    if (await isCounted(storage, sha256)) continue;
    removed += (await removeUnreferenced(storage, objects, sha256, before)) ? 1 : 0;
  }
  if (removed > 0) parts.log.info({ removed }, 'swept unreferenced blobs');
  return removed;
}

function isCounted(storage: Storage, sha256: string): Promise<boolean> {
  return storage.read(async (reader) => {
    const row = await reader
      .tables<BlobTables>()
      .selectFrom('blob')
      .select('size')
      .where('sha256', '=', sha256)
      .executeTakeFirst();
    return row !== undefined;
  });
}

/** The row goes first, in a unit that sees whether it was retained meanwhile; then the bytes, under the blob's lock. */
function removeUnreferenced(
  storage: Storage,
  objects: BlobObjects,
  sha256: string,
  before: number,
): Promise<boolean> {
  return storage.exclusive(blobLock(sha256), async () => {
    const gone = await storage.write(async (unit) => {
      const blobs = unit.tables<BlobTables>();
      await blobs
        .deleteFrom('blob')
        .where('sha256', '=', sha256)
        .where('unreferenced_at', '<', before)
        .execute();
      const left = await blobs
        .selectFrom('blob')
        .select('size')
        .where('sha256', '=', sha256)
        .executeTakeFirst();
      return left === undefined;
    });
    if (gone) await objects.remove(sha256);
    return gone;
  });
}
