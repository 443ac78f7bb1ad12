import { chunked, type Reader } from '../storage/index.ts';
import type { StoredFile } from './entries.ts';
import { lineage, pathIn, splitPath } from './paths.ts';
import type { FileRow, FolderRow, MediaTables } from './tables.ts';

/** What there is where a recipe reads and writes: in the folder of its source. */
export interface DerivationPlaces {
  /** The folder; undefined when it is gone or hidden. */
  readonly folder: FolderRow | undefined;
  /** The source as it is now; undefined when it is gone or hidden. */
  readonly source: FileRow | undefined;
  /** The files of the names asked for, hidden ones included. */
  readonly files: ReadonlyMap<string, FileRow>;
  /** The paths of the names asked for that are folders, hidden ones included. */
  readonly folderPaths: ReadonlySet<string>;
}

/**
 * Looks at a source and at the places of `names` beside it, with two queries however many there are. Files do not move,
 * so a file of another id at the source's path means that the source is gone.
 */
export async function readPlaces(
  reader: Reader,
  source: StoredFile,
  names: readonly string[],
): Promise<DerivationPlaces> {
  const place = splitPath(source.path);
  const above = lineage(place.folder);
  const paths = names.map((name) => pathIn(place.folder, name));
  const folders = await readFoldersAt(reader, source.library, [...above, ...paths]);
  const folderPaths = new Set(paths.filter((path) => folders.has(path)));
  const folder = folders.get(place.folder);
  const files = folder
    ? await readFilesIn(reader, folder.number, [place.name, ...names])
    : new Map<string, FileRow>();
  const isHidden = above.some((path) => (folders.get(path)?.removal ?? null) !== null);
  if (isHidden) return { folder: undefined, source: undefined, files, folderPaths };
  const row = files.get(place.name);
  const isThere = row?.id === source.id && row.removal === null;
  return { folder, source: isThere ? row : undefined, files, folderPaths };
}

async function readFoldersAt(
  reader: Reader,
  library: string,
  paths: readonly string[],
): Promise<Map<string, FolderRow>> {
  const found = new Map<string, FolderRow>();
  for (const some of chunked(paths)) {
    const rows = await reader
      .tables<MediaTables>()
      .selectFrom('media_folder')
      .selectAll()
      .where('library', '=', library)
      .where('path', 'in', some)
      .execute();
    for (const row of rows) found.set(row.path, row);
  }
  return found;
}

async function readFilesIn(
  reader: Reader,
  folder: number,
  names: readonly string[],
): Promise<Map<string, FileRow>> {
  const found = new Map<string, FileRow>();
  for (const some of chunked(names)) {
    const rows = await reader
      .tables<MediaTables>()
      .selectFrom('media_file')
      .selectAll()
      .where('folder', '=', folder)
      .where('name', 'in', some)
      .execute();
    for (const row of rows) found.set(row.name, row);
  }
  return found;
}
