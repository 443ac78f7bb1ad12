import { sql } from 'kysely';
import type { Reader } from '../storage/index.ts';
import type { StoredFile } from './entries.ts';
import { fileOf } from './file-rows.ts';
import { requireFolder } from './folder-rows.ts';
import { below, normalPath } from './paths.ts';
import type { MediaTables } from './tables.ts';

/** `Tree.filesBelow`: folders in the order of their paths, each with its files by name. */
export async function filesBelow(
  reader: Reader,
  request: { library: string; path: string; origin?: 'user' | 'derived'; limit: number },
): Promise<StoredFile[]> {
  const path = normalPath(request.path);
  const top = await requireFolder(reader, request.library, path);
  if (top.removal !== null) return [];
  const { from, to } = below(path);
  const all = reader
    .tables<MediaTables>()
    .selectFrom('media_folder as folder')
    .innerJoin('media_file as file', 'file.folder', 'folder.number')
    .selectAll('file')
    .select('folder.path as folder_path')
    .where('folder.library', '=', request.library)
    .where('folder.path', '>=', path)
    .where('folder.path', '<', to)
    // `/a-b` stands between `/a` and `/a/…`.
    .where((where) => where.or([where('folder.path', '=', path), where('folder.path', '>', from)]))
    .where('file.removal', 'is', null)
    .where(
      sql<boolean>`not exists (
        select 1 from media_folder as hidden
        where hidden.library = folder.library and hidden.removal is not null and (
          hidden.path = folder.path or (folder.path > hidden.path || '/' and folder.path < hidden.path || '0')
        )
      )`,
    );
  const wanted = request.origin ? all.where('file.origin', '=', request.origin) : all;
  const rows = await wanted.orderBy('folder.path').orderBy('file.name').limit(request.limit).execute();
  return rows.map((row) => fileOf(row, row.folder_path));
}
