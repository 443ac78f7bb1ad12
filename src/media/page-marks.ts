import { sql } from 'kysely';
import type { Reader } from '../storage/index.ts';
import type { FileRow, FolderRow, MediaTables, PageMarkRow } from './tables.ts';

/**
 * Deep pages of large folders. A database finds a key in a moment but the 900,000th row only by passing the ones
 * before it. So a folder that reaches 4,096 files gets marks: each says how many files stand between its key and the
 * next mark's. A page is found by adding up a few hundred marks and passing at most one stretch of an index.
 */
export const markedFrom = 4096;

/** The order that a mark counts in. */
export type Sorting = PageMarkRow['sorting'];

/** The key of a file in a listing; `at` is 0 in listings by name. */
export interface Key {
  readonly at: number;
  readonly name: string;
}

/** The key before all others. */
export const lowest: Key = { at: 0, name: '' };

/** Where a position of a listing is: `skip` files after the first one whose key is at least `low`. */
export interface Position {
  readonly low: Key;
  readonly skip: number;
}

/** Finds the position `start`, counted upwards in files of `origin`. */
export async function seekMark(
  reader: Reader,
  folder: FolderRow,
  sorting: Sorting,
  origin: FileRow['origin'] | undefined,
  start: number,
): Promise<Position> {
  if (folder.has_page_marks === 0 || start === 0) return { low: lowest, skip: start };
  const counted = origin ? sql.ref(`${origin}_files`) : sql`user_files + derived_files`;
  const { rows } = await sql<{ low_at: number; low_name: string; passed: number }>`
    select low_at, low_name, passed from (
      select low_at, low_name,
        cast(sum(${counted}) over (order by low_at, low_name) as bigint) - (${counted}) as passed
      from media_page_mark where folder = ${folder.number} and sorting = ${sorting}
    ) as stretch
    where passed <= ${start} order by passed desc, low_at desc, low_name desc limit 1`.execute(
    reader.tables<MediaTables>(),
  );
  const mark = rows[0];
  return mark
    ? { low: { at: mark.low_at, name: mark.low_name }, skip: start - mark.passed }
    : { low: lowest, skip: start };
}

/** The visible files of a folder from one key up to another one. */
export function stretch(reader: Reader, folder: number, sorting: Sorting, low: Key, high?: Key) {
  const all = reader
    .tables<MediaTables>()
    .selectFrom('media_file')
    .where('folder', '=', folder)
    .where('removal', 'is', null);
  const from =
    sorting === 'name'
      ? all.where('name', '>=', low.name)
      : all.where(sql<boolean>`(updated_at, name) >= (${low.at}, ${low.name})`);
  if (!high) return from;
  return sorting === 'name'
    ? from.where('name', '<', high.name)
    : from.where(sql<boolean>`(updated_at, name) < (${high.at}, ${high.name})`);
}

/** The key of a file. */
export function keyOf(sorting: Sorting, file: { name: string; updated_at: number }): Key {
  return { at: sorting === 'date' ? file.updated_at : 0, name: file.name };
}
