import { randomUUID } from 'node:crypto';
import type { BlobStore, Storage, Unit } from '../storage/index.ts';
import type { WorkQueue, WorkRequest } from '../work/index.ts';
import type { ChangeNews } from './change-news.ts';
import { CounterChanges } from './counters.ts';
import { deleteFileRows, uncountFiles } from './drop-files.ts';
import { isHidden } from './folder-rows.ts';
import { hideEntries, hideRoot } from './hide-entries.ts';
import { purgeRemoval } from './purge.ts';
import type { Alongside, Removals } from './removals.ts';
import type { FileRow, FolderRow, MediaTables } from './tables.ts';
import { newTask, type TaskEnds, taskOf, writeTaskTry } from './task-rows.ts';
import { TreeError } from './tree-error.ts';

const kind = 'media.remove';
/** A removal that its caller carries out itself is looked after by work only when that did not end it. */
const lookAfterMilliseconds = 15_000;
const derivedAtOnce = 200;

/** The removals over the tree's tables; registers their work. */
export function createRemovals(parts: {
  storage: Storage;
  blobs: BlobStore;
  work: WorkQueue;
  news: ChangeNews;
  ends: TaskEnds;
}): Removals {
  const { storage, work, news, ends } = parts;
  const purge = (removal: string, signal?: AbortSignal) =>
    purgeRemoval(parts, removal, (unit) => ends.write(unit, removal, { state: 'done' }), signal);
  work.register<{ removal: string }>({
    kind,
    concurrency: 2,
    tries: 10,
    timeoutSeconds: 3_600,
    async run({ removal }, { attempt, signal }) {
      await storage.write((unit) =>
        writeTaskTry(unit, removal, { state: 'processing', retries: attempt - 1 }),
      );
      await purge(removal, signal);
    },
    async onDead(unit, { removal }, reason) {
      await ends.write(unit, removal, { state: 'failed', reason });
    },
  });
  const enqueue = (unit: Unit, library: string, removal: string, notBefore?: number) => {
    const piece: WorkRequest = {
      kind,
      input: { removal },
      project: library,
      exclusive: `removal:${removal}`,
    };
    return work.enqueue(unit, notBefore === undefined ? piece : { ...piece, notBefore });
  };
  const writeTask = async (unit: Unit, library: string, removal: string, note: unknown) => {
    const row = newTask(unit, { id: removal, library, kind: 'remove', note });
    await unit.tables<MediaTables>().insertInto('media_task').values(row).execute();
    await enqueue(unit, library, removal);
    return taskOf(row);
  };
  const removeNow = async (
    library: string,
    ids: { folders: readonly string[]; files: readonly string[]; withDerived: boolean },
    { check, alongside }: { check?: (unit: Unit) => Promise<void> } & Alongside,
  ) => {
    const removal = randomUUID();
    await storage.write(async (unit) => {
      await check?.(unit);
      const outcome = await hideEntries(unit, news, removal, { library, ...ids });
      if (outcome.root) throw new TreeError('root', 'The root cannot be removed.');
      if (outcome.unknown > 0) throw new TreeError('unknown', 'There is nothing of this id.');
      if (outcome.alreadyHidden > 0) throw new TreeError('being-removed', 'It is being removed already.');
      await enqueue(unit, library, removal, unit.now + lookAfterMilliseconds);
      await alongside?.(unit);
    });
    await purge(removal);
  };
  return {
    async enqueue(unit, request) {
      const removal = randomUUID();
      const outcome = await hideEntries(unit, news, removal, request);
      const task = outcome.hidden > 0 ? await writeTask(unit, request.library, removal, request.note) : null;
      return { task, ...outcome };
    },
    async enqueueAll(unit, library, note) {
      const removal = randomUUID();
      if (!(await hideRoot(unit, news, removal, library))) return null;
      return await writeTask(unit, library, removal, note);
    },
    removeFolder: (library, id, { limit, ...rest }) => {
      const check = async (unit: Unit) => {
        const row = await unit
          .tables<MediaTables>()
          .selectFrom('media_folder')
          .select(['tree_folders', 'tree_files'])
          .where('id', '=', id)
          .where('library', '=', library)
          .where('path', '!=', '/')
          .executeTakeFirst();
        if (row && row.tree_folders + row.tree_files > limit)
          throw new TreeError('too-many', `The folder holds more than ${limit} entries.`);
      };
      return removeNow(library, { folders: [id], files: [], withDerived: false }, { check, ...rest });
    },
    removeFile: (library, id, { withDerived, ...rest }) =>
      removeNow(library, { folders: [], files: [id], withDerived }, rest),
    removeDerivedBy: (library, recipe) => removeDerived(parts, library, recipe),
  };
}

/** In units of some hundred files: however many there are, nobody waits long behind them. */
async function removeDerived(
  parts: { storage: Storage; blobs: BlobStore; news: ChangeNews },
  library: string,
  recipe: string,
): Promise<number> {
  let removed = 0;
  for (let after = 0; ; ) {
    const batch = await parts.storage.write(async (unit) => {
      const tables = unit.tables<MediaTables>();
      const rows = await tables
        .selectFrom('media_file')
        .selectAll()
        .where('library', '=', library)
        .where('recipe', '=', recipe)
        .where('number', '>', after)
        .orderBy('number')
        .limit(derivedAtOnce)
        .execute();
      const counters = new CounterChanges(library);
      const visible = await visibleByFolder(unit, rows);
      for (const { folder, files } of visible) {
        await uncountFiles(unit, counters, folder, files);
        await deleteFileRows(unit, parts.blobs, files);
      }
      await counters.write(unit);
      if (visible.length > 0) parts.news.tell(unit, { library, path: '/', subtree: true });
      return {
        last: rows.at(-1)?.number,
        removed: visible.reduce((sum, { files }) => sum + files.length, 0),
      };
    });
    removed += batch.removed;
    if (batch.last === undefined) return removed;
    after = batch.last;
  }
}

/** What stands in hidden folders goes with them. */
async function visibleByFolder(
  unit: Unit,
  rows: readonly FileRow[],
): Promise<{ folder: FolderRow; files: FileRow[] }[]> {
  const groups: { folder: FolderRow; files: FileRow[] }[] = [];
  for (const number of new Set(rows.map((row) => row.folder))) {
    const folder = await unit
      .tables<MediaTables>()
      .selectFrom('media_folder')
      .selectAll()
      .where('number', '=', number)
      .executeTakeFirstOrThrow();
    if (await isHidden(unit, folder)) continue;
    const files = rows.filter((row) => row.folder === number && row.removal === null);
    if (files.length > 0) groups.push({ folder, files });
  }
  return groups;
}
