import type { Reader } from '../storage/index.ts';
import type { Content, StoredFile } from './entries.ts';
import { isHidden, readLineage } from './folder-rows.ts';
import type { ImageFormat } from './formats/index.ts';
import { pathIn, splitPath } from './paths.ts';
import { readFilesIn } from './rows-by-name.ts';
import type { FileRow, FolderRow, MediaTables } from './tables.ts';

/** Coordinates are kept as integers of this many a degree, about a centimetre. */
const degree = 10_000_000;

/** A row as the library's callers see it. */
export function fileOf(row: FileRow, folderPath: string): StoredFile {
  return {
    id: row.id,
    library: row.library,
    name: row.name,
    path: pathIn(folderPath, row.name),
    origin: row.origin,
    version: row.version,
    sha256: row.sha256,
    md5: row.md5,
    bytes: row.bytes,
    format: row.format as ImageFormat,
    width: row.width,
    height: row.height,
    frames: row.frames,
    takenAt: row.taken_at,
    coordinate:
      row.latitude === null || row.longitude === null
        ? null
        : { latitude: row.latitude / degree, longitude: row.longitude / degree },
    source: row.source_id === null ? null : { id: row.source_id, version: row.source_version ?? 0 },
    recipe: row.recipe,
    piece: row.piece,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The columns of a content. */
export function contentColumns(
  content: Content,
): Pick<
  FileRow,
  | 'sha256'
  | 'md5'
  | 'bytes'
  | 'format'
  | 'width'
  | 'height'
  | 'frames'
  | 'taken_at'
  | 'latitude'
  | 'longitude'
> {
  const { sha256, md5, bytes, format, width, height, frames, takenAt, coordinate } = content;
  return {
    sha256,
    md5,
    bytes,
    format,
    width,
    height,
    frames,
    taken_at: takenAt,
    latitude: coordinate === null ? null : Math.round(coordinate.latitude * degree),
    longitude: coordinate === null ? null : Math.round(coordinate.longitude * degree),
  };
}

/** The file of this name in a folder, hidden or not. */
export async function readFileIn(reader: Reader, folder: number, name: string): Promise<FileRow | undefined> {
  return (await readFilesIn(reader, folder, [name]))[0];
}

/** The files of these names that are there in a folder, by its normal path. */
export async function readFiles(
  reader: Reader,
  library: string,
  folderPath: string,
  names: readonly string[],
): Promise<StoredFile[]> {
  const rows = await readLineage(reader, library, folderPath);
  const folder = rows.at(-1);
  if (folder?.path !== folderPath || rows.some(({ removal }) => removal !== null)) return [];
  const files = await readFilesIn(reader, folder.number, names);
  return files.filter(({ removal }) => removal === null).map((row) => fileOf(row, folderPath));
}

/** A file that is there, by its normal path. */
export async function readFile(
  reader: Reader,
  library: string,
  path: string,
): Promise<StoredFile | undefined> {
  const { folder, name } = splitPath(path);
  return (await readFiles(reader, library, folder, [name]))[0];
}

/** A file and its folder by the file's id, hidden or not. */
export async function readFileRow(
  reader: Reader,
  library: string,
  id: string,
): Promise<{ row: FileRow; folder: FolderRow } | undefined> {
  const tables = reader.tables<MediaTables>();
  const row = await tables
    .selectFrom('media_file')
    .selectAll()
    .where('id', '=', id)
    .where('library', '=', library)
    .executeTakeFirst();
  if (!row) return undefined;
  const folder = await tables
    .selectFrom('media_folder')
    .selectAll()
    .where('number', '=', row.folder)
    .executeTakeFirstOrThrow();
  return { row, folder };
}

/** A file that is there, by its id. */
export async function readFileById(
  reader: Reader,
  library: string,
  id: string,
): Promise<StoredFile | undefined> {
  const found = await readFileRow(reader, library, id);
  if (!found || found.row.removal !== null || (await isHidden(reader, found.folder))) return undefined;
  return fileOf(found.row, found.folder.path);
}
