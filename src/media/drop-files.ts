import type { BlobStore, Unit } from '../storage/index.ts';
import { type CounterChanges, oneFile } from './counters.ts';
import { shiftMarks } from './mark-keeping.ts';
import type { FileRow, FolderRow, MediaTables } from './tables.ts';

/** Takes visible files of one folder out of its counters and listings; their rows are hidden or deleted by the caller. */
export async function uncountFiles(
  unit: Unit,
  counters: CounterChanges,
  folder: FolderRow,
  files: readonly FileRow[],
): Promise<void> {
  const filesAfter = folder.user_files + folder.derived_files - files.length;
  await shiftMarks(unit, folder, files, -1, filesAfter);
  for (const file of files) counters.add(folder.path, oneFile(file, -1));
}

/** Deletes rows of files together with their blobs' references; hidden ones, or such as were taken out of the counters. */
export async function deleteFileRows(
  unit: Unit,
  blobs: BlobStore,
  files: readonly Pick<FileRow, 'number' | 'sha256'>[],
): Promise<void> {
  for (let start = 0; start < files.length; start += 500) {
    const some = files.slice(start, start + 500);
    await unit
      .tables<MediaTables>()
      .deleteFrom('media_file')
      .where(
        'number',
        'in',
        some.map(({ number }) => number),
      )
      .execute();
    for (const { sha256 } of some) await blobs.release(unit, sha256);
  }
}
