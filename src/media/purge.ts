import type { BlobStore, Storage, Unit } from '../storage/index.ts';
import { deleteFileRows } from './drop-files.ts';
import { below } from './paths.ts';
import type { FolderRow, MediaTables } from './tables.ts';

/** Rows that one unit deletes; some ten milliseconds, so that nobody waits long behind it. */
const rowsAtOnce = 200;

/**
 * Deletes what a removal has hidden, in small units; `isOver` is called in the last one. What a crash interrupts goes
 * on where it was: each unit looks for what is left.
 */
export async function purgeRemoval(
  parts: { storage: Storage; blobs: BlobStore },
  removal: string,
  isOver: (unit: Unit) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  for (let left = true; left; ) {
    signal?.throwIfAborted();
    left = await parts.storage.write(async (unit) => {
      const more = await purgeSome(unit, parts.blobs, removal);
      if (!more) await isOver(unit);
      return more;
    });
  }
}

/** Answers whether anything may be left. */
async function purgeSome(unit: Unit, blobs: BlobStore, removal: string): Promise<boolean> {
  const tables = unit.tables<MediaTables>();
  const files = await tables
    .selectFrom('media_file')
    .select(['number', 'sha256'])
    .where('removal', '=', removal)
    .limit(rowsAtOnce)
    .execute();
  if (files.length > 0) {
    await deleteFileRows(unit, blobs, files);
    return true;
  }
  const top = await tables
    .selectFrom('media_folder')
    .selectAll()
    .where('removal', '=', removal)
    .orderBy('number')
    .limit(1)
    .executeTakeFirst();
  if (!top) return false;
  await purgeBelow(unit, blobs, top);
  return true;
}

/** Empties folders from the end of the subtree: a path that sorts last has nothing below it. */
async function purgeBelow(unit: Unit, blobs: BlobStore, top: FolderRow): Promise<void> {
  const tables = unit.tables<MediaTables>();
  const { from, to } = below(top.path);
  for (let room = rowsAtOnce; room > 0; room -= 1) {
    const deepest = await tables
      .selectFrom('media_folder')
      .select('number')
      .where('library', '=', top.library)
      .where('path', '>', from)
      .where('path', '<', to)
      .orderBy('path', 'desc')
      .limit(1)
      .executeTakeFirst();
    const folder = deepest?.number ?? top.number;
    const files = await tables
      .selectFrom('media_file')
      .select(['number', 'sha256'])
      .where('folder', '=', folder)
      .limit(room)
      .execute();
    await deleteFileRows(unit, blobs, files);
    room -= files.length;
    if (room <= 0) return;
    await tables.deleteFrom('media_page_mark').where('folder', '=', folder).execute();
    if (deepest === undefined && top.path === '/') {
      await tables.updateTable('media_folder').set({ removal: null }).where('number', '=', folder).execute();
      return;
    }
    await tables.deleteFrom('media_folder').where('number', '=', folder).execute();
    if (deepest === undefined) return;
  }
}
