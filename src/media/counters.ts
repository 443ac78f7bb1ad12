import { type RawBuilder, sql } from 'kysely';
import { type FixedQuery, fixedQuery, type Unit } from '../storage/index.ts';
import { lineage } from './paths.ts';
import type { FolderRow, MediaTables } from './tables.ts';

/** What is more (or less) in a folder. */
export interface Difference {
  readonly folders?: number;
  readonly userFiles?: number;
  readonly derivedFiles?: number;
  readonly bytes?: number;
  /** What goes or comes below a folder that goes or comes with it. */
  readonly deeper?: { readonly folders: number; readonly files: number };
}

const columns = [
  'folders',
  'user_files',
  'derived_files',
  'tree_folders',
  'tree_files',
  'tree_bytes',
] as const satisfies readonly (keyof FolderRow)[];
type Counts = Record<(typeof columns)[number], number>;

/**
 * Gathers what changes in the counters of a library's folders and writes it with one statement for each distinct
 * change, the root first. All folders of one path mostly change alike: one file costs two statements at any depth.
 */
export class CounterChanges {
  readonly #library: string;
  readonly #counts = new Map<string, Counts>();

  constructor(library: string) {
    this.#library = library;
  }

  /** Direct entries of the folder at `path` came (positive) or went (negative). */
  add(path: string, difference: Difference): void {
    const { folders = 0, userFiles = 0, derivedFiles = 0, bytes = 0, deeper } = difference;
    const own = this.#of(path);
    own.folders += folders;
    own.user_files += userFiles;
    own.derived_files += derivedFiles;
    for (const above of lineage(path)) {
      const counts = this.#of(above);
      counts.tree_folders += folders + (deeper?.folders ?? 0);
      counts.tree_files += userFiles + derivedFiles + (deeper?.files ?? 0);
      counts.tree_bytes += bytes;
    }
  }

  async write(unit: Unit): Promise<void> {
    const alike = new Map<string, { counts: Counts; paths: string[] }>();
    for (const [path, counts] of this.#counts) {
      const key = columns.map((column) => counts[column]).join();
      const group = alike.get(key) ?? { counts, paths: [] };
      group.paths.push(path);
      alike.set(key, group);
    }
    for (const { counts, paths } of alike.values()) {
      const changed = columns.filter((column) => counts[column] !== 0);
      if (changed.length === 0) continue;
      for (let start = 0; start < paths.length; start += 500) {
        const some = paths.slice(start, start + 500);
        const values: Record<string, string | number> = { library: this.#library };
        for (const column of changed) values[column] = counts[column];
        for (const [index, path] of some.entries()) values[`path${index}`] = path;
        await changeCounters(changed, some.length)(unit, values);
      }
    }
    this.#counts.clear();
  }

  #of(path: string): Counts {
    const known = this.#counts.get(path);
    if (known) return known;
    const counts: Counts = {
      folders: 0,
      user_files: 0,
      derived_files: 0,
      tree_folders: 0,
      tree_files: 0,
      tree_bytes: 0,
    };
    this.#counts.set(path, counts);
    return counts;
  }
}

/** One file as a difference of its folder. */
export function oneFile(file: { origin: 'user' | 'derived'; bytes: number }, sign: 1 | -1): Difference {
  const bytes = sign * file.bytes;
  return file.origin === 'user' ? { userFiles: sign, bytes } : { derivedFiles: sign, bytes };
}

/** One file or folder more or less changes few columns of few folders: those statements are built once. */
const mostPathsKept = 8;
const kept = new Map<string, FixedQuery<never, Record<string, string | number>>>();

function changeCounters(
  changed: readonly (typeof columns)[number][],
  paths: number,
): FixedQuery<never, Record<string, string | number>> {
  const key = `${changed.join()}/${paths}`;
  const known = kept.get(key);
  if (known) return known;
  const query = fixedQuery<MediaTables, never, Record<string, string | number>>((tables, value) => {
    const set: Partial<Record<keyof Counts, RawBuilder<number>>> = {};
    for (const column of changed) set[column] = sql<number>`${sql.ref(column)} + ${value(column)}`;
    const names = Array.from({ length: paths }, (_, index) => value(`path${index}`) as string);
    return tables
      .updateTable('media_folder')
      .set(set)
      .where('library', '=', value('library') as string)
      .where('path', 'in', names)
      .$castTo<never>();
  });
  if (paths <= mostPathsKept) kept.set(key, query);
  return query;
}
