import type { BlobStore, Unit } from '../storage/index.ts';
import type { ChangeNews } from './change-news.ts';
import { CounterChanges } from './counters.ts';
import { deleteFileRows, uncountFiles } from './drop-files.ts';
import type { StoredFile } from './entries.ts';
import { readFileRow } from './file-rows.ts';
import { isHidden } from './folder-rows.ts';

/** Deletes the row of a derived file unless it has another content by now, or is on its way out. */
export async function forgetDerived(
  unit: Unit,
  parts: { blobs: BlobStore; news: ChangeNews },
  { library, id, path, sha256 }: StoredFile,
): Promise<void> {
  const found = await readFileRow(unit, library, id);
  if (found?.row.origin !== 'derived' || found.row.sha256 !== sha256) return;
  const { row, folder } = found;
  if (row.removal !== null || (await isHidden(unit, folder))) return;
  const counters = new CounterChanges(library);
  await uncountFiles(unit, counters, folder, [row]);
  await deleteFileRows(unit, parts.blobs, [row]);
  await counters.write(unit);
  parts.news.tell(unit, { library, path, subtree: false });
}
