import type { Unit } from '../storage/index.ts';
import type { ChangeNews } from './change-news.ts';
import { CounterChanges } from './counters.ts';
import { uncountFiles } from './drop-files.ts';
import { readHiddenPaths } from './folder-rows.ts';
import { lineage, pathIn, splitPath } from './paths.ts';
import type { FileRow, FolderRow, MediaTables } from './tables.ts';

/** What became of ids that were to be hidden. */
export interface HidingOutcome {
  readonly hidden: number;
  readonly alreadyHidden: number;
  readonly unknown: number;
  readonly root: boolean;
}

/** Ids of one query. */
const idsAtOnce = 500;

/**
 * Marks folders and files with a removal: from the commit on nobody sees them, nor what is below them. A folder costs
 * one mark and its ancestors' counters, whatever it holds. An entry below a folder of the same call needs no mark.
 */
export async function hideEntries(
  unit: Unit,
  news: ChangeNews,
  removal: string,
  request: {
    library: string;
    folders: readonly string[];
    files: readonly string[];
    withDerived: boolean;
  },
): Promise<HidingOutcome> {
  const { library } = request;
  const counters = new CounterChanges(library);
  const hiddenPaths = new Set(await readHiddenPaths(unit, library));
  const outcome = { hidden: 0, alreadyHidden: 0, unknown: 0, root: false };
  const wasHidden = (path: string) => lineage(path).some((above) => hiddenPaths.has(above));

  const folders = await readFolders(unit, library, [...new Set(request.folders)]);
  outcome.unknown += new Set(request.folders).size - folders.length;
  const visible = folders.filter((folder) => !wasHidden(folder.path));
  outcome.alreadyHidden += folders.length - visible.length;
  // Folders above come first: what stands below one of them is hidden by it.
  for (const folder of visible.sort((a, b) => a.path.length - b.path.length)) {
    if (folder.path === '/') {
      outcome.root = true;
      continue;
    }
    outcome.hidden += 1;
    if (wasHidden(folder.path)) continue;
    hiddenPaths.add(folder.path);
    await hideFolder(unit, counters, removal, folder);
    news.tell(unit, { library, path: folder.path, subtree: true });
  }

  const asked = await readFiles(unit, library, 'id', [...new Set(request.files)]);
  outcome.unknown += new Set(request.files).size - asked.length;
  const live = asked.filter((file) => file.row.removal === null && !wasHidden(file.folder.path));
  outcome.hidden += live.length;
  outcome.alreadyHidden += asked.length - live.length;
  const sources = live.filter(({ row }) => row.origin === 'user').map(({ row }) => row.id);
  const derived = request.withDerived ? await readFiles(unit, library, 'source_id', sources) : [];
  const files = new Map([...live, ...derived].map((file) => [file.row.number, file]));
  await hideFiles(
    unit,
    counters,
    removal,
    [...files.values()].filter(({ row, folder }) => row.removal === null && !wasHidden(folder.path)),
  );
  for (const { row, folder } of files.values())
    news.tell(unit, { library, path: pathIn(folder.path, row.name), subtree: false });
  await counters.write(unit);
  return outcome;
}

/** Hides all that a library's root holds, in a moment; until it is removed nothing can be added. */
export async function hideRoot(
  unit: Unit,
  news: ChangeNews,
  removal: string,
  library: string,
): Promise<boolean> {
  const changed = await unit
    .tables<MediaTables>()
    .updateTable('media_folder')
    .set({
      removal,
      folders: 0,
      user_files: 0,
      derived_files: 0,
      tree_folders: 0,
      tree_files: 0,
      tree_bytes: 0,
      has_page_marks: 0,
    })
    .where('library', '=', library)
    .where('path', '=', '/')
    .where('removal', 'is', null)
    .where((where) => where.or([where('tree_folders', '>', 0), where('tree_files', '>', 0)]))
    .returning('number')
    .executeTakeFirst();
  if (!changed) return false;
  await unit
    .tables<MediaTables>()
    .deleteFrom('media_page_mark')
    .where('folder', '=', changed.number)
    .execute();
  news.tell(unit, { library, path: '/', subtree: true });
  return true;
}

async function hideFolder(
  unit: Unit,
  counters: CounterChanges,
  removal: string,
  folder: FolderRow,
): Promise<void> {
  await unit
    .tables<MediaTables>()
    .updateTable('media_folder')
    .set({ removal })
    .where('number', '=', folder.number)
    .execute();
  counters.add(splitPath(folder.path).folder, {
    folders: -1,
    bytes: -folder.tree_bytes,
    deeper: { folders: -folder.tree_folders, files: -folder.tree_files },
  });
}

async function hideFiles(
  unit: Unit,
  counters: CounterChanges,
  removal: string,
  files: readonly { row: FileRow; folder: FolderRow }[],
): Promise<void> {
  const byFolder = new Map<number, { folder: FolderRow; rows: FileRow[] }>();
  for (const { row, folder } of files) {
    const group = byFolder.get(folder.number) ?? { folder, rows: [] };
    group.rows.push(row);
    byFolder.set(folder.number, group);
  }
  for (const { folder, rows } of byFolder.values()) {
    await uncountFiles(unit, counters, folder, rows);
    for (let start = 0; start < rows.length; start += idsAtOnce) {
      const some = rows.slice(start, start + idsAtOnce).map(({ number }) => number);
      await unit
        .tables<MediaTables>()
        .updateTable('media_file')
        .set({ removal })
        .where('number', 'in', some)
        .execute();
    }
  }
}

async function readFolders(unit: Unit, library: string, ids: readonly string[]): Promise<FolderRow[]> {
  const rows: FolderRow[] = [];
  for (let start = 0; start < ids.length; start += idsAtOnce) {
    const some = await unit
      .tables<MediaTables>()
      .selectFrom('media_folder')
      .selectAll()
      .where('id', 'in', ids.slice(start, start + idsAtOnce))
      .where('library', '=', library)
      .execute();
    rows.push(...some);
  }
  return rows;
}

async function readFiles(
  unit: Unit,
  library: string,
  column: 'id' | 'source_id',
  ids: readonly string[],
): Promise<{ row: FileRow; folder: FolderRow }[]> {
  const rows: FileRow[] = [];
  const tables = unit.tables<MediaTables>();
  for (let start = 0; start < ids.length; start += idsAtOnce) {
    const some = await tables
      .selectFrom('media_file')
      .selectAll()
      .where(column, 'in', ids.slice(start, start + idsAtOnce))
      .where('library', '=', library)
      .execute();
    rows.push(...some);
  }
  const numbers = [...new Set(rows.map((row) => row.folder))];
  const folders = new Map<number, FolderRow>();
  for (let start = 0; start < numbers.length; start += idsAtOnce) {
    const some = await tables
      .selectFrom('media_folder')
      .selectAll()
      .where('number', 'in', numbers.slice(start, start + idsAtOnce))
      .execute();
    for (const folder of some) folders.set(folder.number, folder);
  }
  return rows.map((row) => ({ row, folder: folders.get(row.folder) as FolderRow }));
}
