import type { Reader } from '../storage/index.ts';
import type { Folder } from './entries.ts';
import { lineage } from './paths.ts';
import { readFoldersAt } from './rows-by-name.ts';
import type { FolderRow, MediaTables } from './tables.ts';
import { TreeError } from './tree-error.ts';

/** A row as the library's callers see it. */
export function folderOf(row: FolderRow): Folder {
  return { id: row.id, library: row.library, name: row.name, path: row.path, createdAt: row.created_at };
}

/** The folders of a path that exist, the root first, hidden ones included. */
export async function readLineage(reader: Reader, library: string, path: string): Promise<FolderRow[]> {
  const rows = await readFoldersAt(reader, library, lineage(path));
  return rows.sort((a, b) => a.path.length - b.path.length);
}

/**
 * A folder that is there, by its normal path. While everything in a library is being removed its root is there, and
 * empty.
 */
export async function readFolder(
  reader: Reader,
  library: string,
  path: string,
): Promise<FolderRow | undefined> {
  const rows = await readLineage(reader, library, path);
  const row = rows.at(-1);
  if (row?.path !== path) return undefined;
  if (path === '/') return row;
  return rows.some(({ removal }) => removal !== null) ? undefined : row;
}

/** The same; throws `unknown`. */
export async function requireFolder(reader: Reader, library: string, path: string): Promise<FolderRow> {
  const row = await readFolder(reader, library, path);
  if (!row) throw new TreeError('unknown', `There is no folder ${path}.`);
  return row;
}

/** Whether a folder is hidden by a removal of its own or of a folder above. */
export async function isHidden(reader: Reader, folder: FolderRow): Promise<boolean> {
  if (folder.removal !== null) return true;
  const rows = await readLineage(reader, folder.library, folder.path);
  return rows.some(({ removal }) => removal !== null);
}

/** The paths of a library's folders that were hidden by a removal, for looking at many entries; normally none. */
export async function readHiddenPaths(reader: Reader, library: string): Promise<ReadonlySet<string>> {
  const rows = await reader
    .tables<MediaTables>()
    .selectFrom('media_folder')
    .select('path')
    .where('library', '=', library)
    .where('removal', 'is not', null)
    .execute();
  return new Set(rows.map(({ path }) => path));
}
