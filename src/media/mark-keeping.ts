import { sql } from 'kysely';
import type { Unit } from '../storage/index.ts';
import { type Key, keyOf, lowest, markedFrom, type Sorting, stretch } from './page-marks.ts';
import type { FileRow, FolderRow, MediaTables } from './tables.ts';

const sortings: readonly Sorting[] = ['name', 'date'];
const mostInStretch = 4096;
const filesInNewStretch = 2048;

type Listed = Pick<FileRow, 'name' | 'updated_at' | 'origin'>;

/**
 * Keeps the marks of a folder true after its rows of `files` were written (sign 1) or before they go (sign -1).
 * `filesAfter` is how many files the folder shows then; it decides when marks begin.
 */
export async function shiftMarks(
  unit: Unit,
  folder: Pick<FolderRow, 'number' | 'has_page_marks'>,
  files: readonly Listed[],
  sign: 1 | -1,
  filesAfter: number,
): Promise<void> {
  if (folder.has_page_marks === 0) {
    if (sign === 1 && filesAfter >= markedFrom) await beginMarks(unit, folder.number);
    return;
  }
  for (const sorting of sortings) {
    const shifts = new Map<string, { low: Key; user: number; derived: number }>();
    const lowOf = await stretchFinder(unit, folder.number, sorting, files.length);
    for (const file of files) {
      const low = await lowOf(keyOf(sorting, file));
      const id = `${low.at}/${low.name}`;
      const shift = shifts.get(id) ?? { low, user: 0, derived: 0 };
      shift[file.origin] += sign;
      shifts.set(id, shift);
    }
    for (const { low, user, derived } of shifts.values()) {
      await shiftStretch(unit, folder.number, sorting, low, { user, derived });
    }
  }
}

/** Marks an unmarked folder, by counting its rows once. */
async function beginMarks(unit: Unit, folder: number): Promise<void> {
  await unit
    .tables<MediaTables>()
    .updateTable('media_folder')
    .set({ has_page_marks: 1 })
    .where('number', '=', folder)
    .execute();
  for (const sorting of sortings) await markStretch(unit, folder, sorting, lowest, undefined);
}

/** Puts marks every so many files, from `low` (which has none) up to `end`. */
async function markStretch(
  unit: Unit,
  folder: number,
  sorting: Sorting,
  low: Key,
  end: Key | undefined,
): Promise<void> {
  for (let from: Key | undefined = low; from; ) {
    const next: Key | undefined = await keyAfter(unit, folder, sorting, from, end);
    const counts = await countStretch(unit, folder, sorting, from, next ?? end);
    await unit
      .tables<MediaTables>()
      .insertInto('media_page_mark')
      .values({
        folder,
        sorting,
        low_at: from.at,
        low_name: from.name,
        user_files: counts.user,
        derived_files: counts.derived,
      })
      .execute();
    from = next;
  }
}

/** Where the stretch that begins at `low` shall end; undefined when what is left is one stretch. */
async function keyAfter(
  unit: Unit,
  folder: number,
  sorting: Sorting,
  low: Key,
  end: Key | undefined,
): Promise<Key | undefined> {
  const rest = stretch(unit, folder, sorting, low, end).select(['updated_at', 'name']);
  const sorted = sorting === 'date' ? rest.orderBy('updated_at') : rest;
  const row = await sorted.orderBy('name').offset(filesInNewStretch).limit(1).executeTakeFirst();
  return row && keyOf(sorting, row);
}

async function shiftStretch(
  unit: Unit,
  folder: number,
  sorting: Sorting,
  low: Key,
  by: { user: number; derived: number },
): Promise<void> {
  const tables = unit.tables<MediaTables>();
  const row = await tables
    .updateTable('media_page_mark')
    .set((set) => ({
      user_files: set('user_files', '+', by.user),
      derived_files: set('derived_files', '+', by.derived),
    }))
    .where('folder', '=', folder)
    .where('sorting', '=', sorting)
    .where('low_at', '=', low.at)
    .where('low_name', '=', low.name)
    .returning(['user_files', 'derived_files'])
    .executeTakeFirstOrThrow();
  const files = row.user_files + row.derived_files;
  const isSpent = files === 0 && (low.at !== lowest.at || low.name !== lowest.name);
  if (!isSpent && files <= mostInStretch) return;
  await tables
    .deleteFrom('media_page_mark')
    .where('folder', '=', folder)
    .where('sorting', '=', sorting)
    .where('low_at', '=', low.at)
    .where('low_name', '=', low.name)
    .execute();
  if (!isSpent) await markStretch(unit, folder, sorting, low, await nextMark(unit, folder, sorting, low));
}

async function nextMark(unit: Unit, folder: number, sorting: Sorting, low: Key): Promise<Key | undefined> {
  const row = await unit
    .tables<MediaTables>()
    .selectFrom('media_page_mark')
    .select(['low_at', 'low_name'])
    .where('folder', '=', folder)
    .where('sorting', '=', sorting)
    .where(sql<boolean>`(low_at, low_name) > (${low.at}, ${low.name})`)
    .orderBy('low_at')
    .orderBy('low_name')
    .limit(1)
    .executeTakeFirst();
  return row && { at: row.low_at, name: row.low_name };
}

async function countStretch(
  unit: Unit,
  folder: number,
  sorting: Sorting,
  low: Key,
  high?: Key,
): Promise<{ user: number; derived: number }> {
  const rows = await stretch(unit, folder, sorting, low, high)
    .select((select) => ['origin', select.fn.countAll<number>().as('files')])
    .groupBy('origin')
    .execute();
  const files = (origin: FileRow['origin']) => rows.find((row) => row.origin === origin)?.files ?? 0;
  return { user: files('user'), derived: files('derived') };
}

/** Finds the mark at or before a key: by a seek each, or, for many keys, among all marks of the folder. */
async function stretchFinder(
  unit: Unit,
  folder: number,
  sorting: Sorting,
  keys: number,
): Promise<(key: Key) => Promise<Key> | Key> {
  const marks = unit
    .tables<MediaTables>()
    .selectFrom('media_page_mark')
    .select(['low_at as at', 'low_name as name'])
    .where('folder', '=', folder)
    .where('sorting', '=', sorting);
  if (keys <= 8) {
    return (key) =>
      marks
        .where(sql<boolean>`(low_at, low_name) <= (${key.at}, ${key.name})`)
        .orderBy('low_at', 'desc')
        .orderBy('low_name', 'desc')
        .limit(1)
        .executeTakeFirstOrThrow();
  }
  const lows = (await marks.orderBy('low_at').orderBy('low_name').execute()).map((low) => ({
    ...low,
    bytes: Buffer.from(low.name),
  }));
  return (key) => {
    const bytes = Buffer.from(key.name);
    let [first, last] = [0, lows.length - 1];
    while (first < last) {
      const middle = Math.ceil((first + last) / 2);
      const low = lows[middle] as (typeof lows)[number];
      // As the database compares: by bytes, not by UTF-16 units.
      const isAfter = low.at > key.at || (low.at === key.at && Buffer.compare(low.bytes, bytes) > 0);
      if (isAfter) last = middle - 1;
      else first = middle;
    }
    return lows[first] as Key;
  };
}
