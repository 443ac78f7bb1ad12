import { CoreError } from '../errors/index.ts';
import type { BlobStore, Storage } from '../storage/index.ts';
import type { ChangeNews } from './change-news.ts';
import { CounterChanges } from './counters.ts';
import { deleteFileRows, uncountFiles } from './drop-files.ts';
import { readFile, readFileById, readFileRow, readFiles } from './file-rows.ts';
import { filesBelow } from './files-below.ts';
import { folderOf, isHidden, readFolder, readLineage, requireFolder } from './folder-rows.ts';
import { listFolder } from './list-folder.ts';
import { insertFolder, makeFolders } from './make-folders.ts';
import { normalPath, pathIn } from './paths.ts';
import { putFile } from './put-file.ts';
import { searchFolder } from './search-folder.ts';
import type { MediaTables } from './tables.ts';
import type { Tree } from './tree.ts';
import { TreeError } from './tree-error.ts';

/** The tree over its tables. */
export function createTree(parts: { storage: Storage; blobs: BlobStore; news: ChangeNews }): Tree {
  const { storage, blobs, news } = parts;
  return {
    async createLibrary(unit, id) {
      if (id.length === 0 || id.length > 64)
        throw new CoreError('invalid', 'The id of a library has 1 to 64 characters.');
      const tables = unit.tables<MediaTables>();
      const made = await tables
        .insertInto('media_library')
        .values({ id, recipes_run: 0, bytes_served: 0, created_at: unit.now })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (!made) throw new CoreError('conflict', `There is a library ${id} already.`);
      await insertFolder(unit, { library: id, parent: null, path: '/' });
    },
    async removeLibrary(unit, id) {
      const tables = unit.tables<MediaTables>();
      const rows = await tables
        .selectFrom('media_folder')
        .select(['number', 'path'])
        .where('library', '=', id)
        .limit(2)
        .execute();
      const [root] = rows;
      if (!root) throw new TreeError('unknown', `There is no library ${id}.`);
      const file = await tables
        .selectFrom('media_file')
        .select('number')
        .where('folder', '=', root.number)
        .limit(1)
        .executeTakeFirst();
      if (rows.length > 1 || file) throw new TreeError('not-empty', `The library ${id} is not empty.`);
      await tables.deleteFrom('media_folder').where('number', '=', root.number).execute();
      await tables.deleteFrom('media_page_mark').where('folder', '=', root.number).execute();
      await tables.deleteFrom('media_task').where('library', '=', id).execute();
      await tables.deleteFrom('media_library').where('id', '=', id).execute();
      news.tell(unit, { library: id, path: '/', subtree: true });
    },
    async createFolder(unit, library, path) {
      const normal = normalPath(path);
      const counters = new CounterChanges(library);
      const known = await readFolder(unit, library, normal);
      if (known) throw new TreeError('folder-there', `There is a folder ${normal} already.`);
      await refuseHiddenTarget(unit, library, normal);
      const { folder } = await makeFolders(unit, library, normal, counters);
      await counters.write(unit);
      return folderOf(folder);
    },
    putFile: (unit, file) => putFile(unit, { blobs, news }, file),
    async removeFile(unit, library, id) {
      const found = await readFileRow(unit, library, id);
      if (!found) throw new TreeError('unknown', `There is no file ${id}.`);
      const { row, folder } = found;
      if (row.removal !== null || (await isHidden(unit, folder)))
        throw new TreeError('being-removed', 'The file is being removed.');
      const counters = new CounterChanges(library);
      await uncountFiles(unit, counters, folder, [row]);
      await deleteFileRows(unit, blobs, [row]);
      await counters.write(unit);
      news.tell(unit, { library, path: pathIn(folder.path, row.name), subtree: false });
    },
    async folderByPath(reader, library, path) {
      const row = await readFolder(reader, library, normalPath(path));
      return row && folderOf(row);
    },
    async folderById(reader, library, id) {
      const row = await reader
        .tables<MediaTables>()
        .selectFrom('media_folder')
        .selectAll()
        .where('id', '=', id)
        .where('library', '=', library)
        .executeTakeFirst();
      if (!row || (row.path !== '/' && (await isHidden(reader, row)))) return undefined;
      return folderOf(row);
    },
    async isBeingRemoved(reader, library, folder) {
      const rows = await readLineage(reader, library, normalPath(folder));
      return rows.some(({ removal }) => removal !== null);
    },
    fileByPath: (reader, library, path) => readFile(reader, library, normalPath(path)),
    filesByName: (reader, library, folder, names) => readFiles(reader, library, normalPath(folder), names),
    fileById: readFileById,
    async totals(reader, library, path) {
      const row = await requireFolder(reader, library, normalPath(path));
      return { folders: row.tree_folders, files: row.tree_files, bytes: row.tree_bytes };
    },
    filesBelow,
    list: (request) =>
      request.nameContains === undefined ? listFolder(storage, request) : searchFolder(storage, request),
  };
}

/** A folder that is being removed still has its name: for itself that is `folder-there` (contract 4.2). */
async function refuseHiddenTarget(
  unit: Parameters<Tree['createFolder']>[0],
  library: string,
  path: string,
): Promise<void> {
  const row = await unit
    .tables<MediaTables>()
    .selectFrom('media_folder')
    .select('removal')
    .where('library', '=', library)
    .where('path', '=', path)
    .executeTakeFirst();
  if (row?.removal) throw new TreeError('folder-there', `The folder ${path} is being removed.`);
}
