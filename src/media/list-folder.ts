import type { Reader, Storage } from '../storage/index.ts';
import type { Folder, StoredFile } from './entries.ts';
import { fileOf } from './file-rows.ts';
import { folderOf, requireFolder } from './folder-rows.ts';
import { sortingOf } from './list-order.ts';
import { type Position, type Sorting, seekMark, stretch } from './page-marks.ts';
import { normalPath } from './paths.ts';
import type { FolderRow, MediaTables } from './tables.ts';
import type { Listing, ListRequest } from './tree.ts';

/** `Tree.list` without a search: totals come from counters, pages from indexes. */
export async function listFolder(storage: Storage, request: ListRequest): Promise<Listing> {
  const path = normalPath(request.path);
  return await storage.read(async (reader) => {
    const folder = await requireFolder(reader, request.library, path);
    const totalFolders = folder.folders;
    const totalFiles =
      (request.origin === 'derived' ? 0 : folder.user_files) +
      (request.origin === 'user' ? 0 : folder.derived_files);
    const folders = await foldersOf(reader, folder, request, totalFolders);
    const files = await filesOf(
      reader,
      folder,
      {
        ...request,
        offset: Math.max(request.offset - totalFolders, 0),
        limit: request.limit - folders.length,
      },
      totalFiles,
    );
    return { folders, files, totalFolders, totalFiles };
  });
}

async function foldersOf(
  reader: Reader,
  folder: FolderRow,
  request: ListRequest,
  total: number,
): Promise<Folder[]> {
  if (request.offset >= total || request.limit === 0) return [];
  const { sorting, descending } = sortingOf(request.order);
  const direction = descending ? 'desc' : 'asc';
  const rows = reader
    .tables<MediaTables>()
    .selectFrom('media_folder')
    .selectAll()
    .where('parent', '=', folder.number)
    .where('removal', 'is', null);
  const sorted = sorting === 'name' ? rows : rows.orderBy('created_at', direction);
  const page = await sorted
    .orderBy('name', direction)
    .limit(Math.min(request.limit, total - request.offset))
    .offset(request.offset)
    .execute();
  return page.map(folderOf);
}

/** Positions of a descending order are counted from the end and read upwards: one kind of mark serves both. */
async function filesOf(
  reader: Reader,
  folder: FolderRow,
  request: ListRequest,
  total: number,
): Promise<StoredFile[]> {
  const count = Math.min(request.limit, total - request.offset);
  if (count <= 0) return [];
  const { sorting, descending } = sortingOf(request.order);
  const start = descending ? total - request.offset - count : request.offset;
  const rows = await filesFrom(reader, folder, sorting, request.origin, start, count);
  if (descending) rows.reverse();
  return rows.map((row) => fileOf(row, folder.path));
}

/** `count` files from a position counted upwards. */
async function filesFrom(
  reader: Reader,
  folder: FolderRow,
  sorting: Sorting,
  origin: ListRequest['origin'],
  start: number,
  count: number,
) {
  const { low, skip } = await seekMark(reader, folder, sorting, origin, start);
  return await filePage(reader, folder.number, sorting, origin, { low, skip, count }).execute();
}

/** The query of a page: an index gives its order, and only what is passed in one stretch is passed. */
export function filePage(
  reader: Reader,
  folder: number,
  sorting: Sorting,
  origin: ListRequest['origin'],
  page: Position & { count: number },
) {
  const rows = stretch(reader, folder, sorting, page.low).selectAll();
  const wanted = origin ? rows.where('origin', '=', origin) : rows;
  const sorted = sorting === 'name' ? wanted : wanted.orderBy('updated_at');
  return sorted.orderBy('name').limit(page.count).offset(page.skip);
}
