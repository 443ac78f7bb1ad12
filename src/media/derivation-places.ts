import type { Reader } from '../storage/index.ts';
import type { StoredFile } from './entries.ts';
import { lineage, pathIn, splitPath } from './paths.ts';
import { readFilesIn, readFoldersAt } from './rows-by-name.ts';
import type { FileRow, FolderRow } from './tables.ts';

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
  const folderRows = await readFoldersAt(reader, source.library, [...above, ...paths]);
  const folders = new Map(folderRows.map((row) => [row.path, row]));
  const folderPaths = new Set(paths.filter((path) => folders.has(path)));
  const folder = folders.get(place.folder);
  const fileRows = folder ? await readFilesIn(reader, folder.number, [place.name, ...names]) : [];
  const files = new Map(fileRows.map((row) => [row.name, row]));
  const isHidden = above.some((path) => (folders.get(path)?.removal ?? null) !== null);
  if (isHidden) return { folder: undefined, source: undefined, files, folderPaths };
  const row = files.get(place.name);
  const isThere = row?.id === source.id && row.removal === null;
  return { folder, source: isThere ? row : undefined, files, folderPaths };
}
