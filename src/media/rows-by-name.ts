import { chunked, type FixedQuery, fixedQuery, type Reader } from '../storage/index.ts';
import type { FileRow, FolderRow, MediaTables } from './tables.ts';

/** Lists of so many names or fewer, as real-time URLs ask for them, run as queries that are built already. */
const mostFixed = 8;

type Names = Record<`name${number}`, string>;
type FoldersAt = FixedQuery<FolderRow, { library: string } & Names>;
type FilesIn = FixedQuery<FileRow, { folder: number } & Names>;
const foldersAt = new Map<number, FoldersAt>();
const filesIn = new Map<number, FilesIn>();

/** The folders of a library at these paths, hidden ones included. */
export async function readFoldersAt(
  reader: Reader,
  library: string,
  paths: readonly string[],
): Promise<FolderRow[]> {
  const rows: FolderRow[] = [];
  for (const some of chunked(paths)) {
    const query = queryFor(foldersAt, some.length, foldersAtAny);
    rows.push(...(await query(reader, { library, ...named(some) })));
  }
  return rows;
}

/** The files of a folder with these names, hidden ones included. */
export async function readFilesIn(
  reader: Reader,
  folder: number,
  names: readonly string[],
): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  for (const some of chunked(names)) {
    const query = queryFor(filesIn, some.length, filesInAny);
    rows.push(...(await query(reader, { folder, ...named(some) })));
  }
  return rows;
}

function foldersAtAny(count: number): FoldersAt {
  return fixedQuery<MediaTables, FolderRow, { library: string } & Names>((tables, value) =>
    tables
      .selectFrom('media_folder')
      .selectAll()
      .where('library', '=', value('library'))
      .where('path', 'in', listed(count, value)),
  );
}

function filesInAny(count: number): FilesIn {
  return fixedQuery<MediaTables, FileRow, { folder: number } & Names>((tables, value) =>
    tables
      .selectFrom('media_file')
      .selectAll()
      .where('folder', '=', value('folder'))
      .where('name', 'in', listed(count, value)),
  );
}

/** Short lists have a query each, which is kept; long ones come in all lengths. */
function queryFor<Query>(kept: Map<number, Query>, count: number, build: (count: number) => Query): Query {
  const known = kept.get(count);
  if (known !== undefined) return known;
  const query = build(count);
  if (count <= mostFixed) kept.set(count, query);
  return query;
}

function listed(count: number, value: (name: `name${number}`) => string): string[] {
  return Array.from({ length: count }, (_, index) => value(`name${index}`));
}

function named(names: readonly string[]): Names {
  return Object.fromEntries(names.map((name, index) => [`name${index}`, name]));
}
