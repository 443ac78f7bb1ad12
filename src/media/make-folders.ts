import { randomUUID } from 'node:crypto';
import type { Unit } from '../storage/index.ts';
import type { CounterChanges } from './counters.ts';
import { readFileIn } from './file-rows.ts';
import { readLineage } from './folder-rows.ts';
import { lineage, splitPath } from './paths.ts';
import type { FolderRow, MediaTables } from './tables.ts';
import { TreeError } from './tree-error.ts';

/**
 * Makes what is missing of a folder and the folders above it; answers the folder and whether it was made. Throws
 * `unknown` for a library that is not there, `parent-being-removed`, and `file-there` where a file has the path of one
 * of the folders.
 */
export async function makeFolders(
  unit: Unit,
  library: string,
  path: string,
  counters: CounterChanges,
): Promise<{ folder: FolderRow; made: boolean }> {
  const known = await readLineage(unit, library, path);
  const deepest = known.at(-1);
  if (!deepest) throw new TreeError('unknown', `There is no library ${library}.`);
  const hidden = known.find(({ removal }) => removal !== null);
  if (hidden) throw new TreeError('parent-being-removed', `The folder ${hidden.path} is being removed.`);
  if (deepest.path === path) return { folder: deepest, made: false };
  const missing = lineage(path).slice(known.length);
  // Only the first missing one can be a file: below a file nothing exists.
  const first = missing[0] as string;
  if (await readFileIn(unit, deepest.number, splitPath(first).name))
    throw new TreeError('file-there', `A file has the path ${first}.`);
  let folder = deepest;
  for (const folderPath of missing) {
    counters.add(folder.path, { folders: 1 });
    folder = await insertFolder(unit, { library, parent: folder.number, path: folderPath });
  }
  return { folder, made: true };
}

/** Inserts an empty folder; `parent` is null for the root of a library. */
export async function insertFolder(
  unit: Unit,
  place: { library: string; parent: number | null; path: string },
): Promise<FolderRow> {
  return await unit
    .tables<MediaTables>()
    .insertInto('media_folder')
    .values({
      id: randomUUID(),
      ...place,
      name: place.path === '/' ? '/' : splitPath(place.path).name,
      folders: 0,
      user_files: 0,
      derived_files: 0,
      tree_folders: 0,
      tree_files: 0,
      tree_bytes: 0,
      has_page_marks: 0,
      removal: null,
      created_at: unit.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}
