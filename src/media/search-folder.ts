import { type RawBuilder, sql } from 'kysely';
import type { Reader, Storage } from '../storage/index.ts';
import { fileOf } from './file-rows.ts';
import { folderOf, requireFolder } from './folder-rows.ts';
import { sortingOf } from './list-order.ts';
import { normalPath } from './paths.ts';
import type { FolderRow, MediaTables } from './tables.ts';
import type { Listing, ListRequest } from './tree.ts';

/** Above so many entries a folder is searched off the main thread. */
const mostOnMainThread = 2_000;

interface Hit {
  readonly folders: number;
  readonly files: number;
  /** 0 a folder, 1 a file; null when the page is empty. */
  readonly kind: 0 | 1 | null;
  readonly number: number | null;
}

/**
 * A listing of the names that contain a text. Every name of the folder is looked at. A small folder is searched in one
 * snapshot; of a large one, entries that go between the search and the reading of the page are left out of the page.
 */
export async function searchFolder(storage: Storage, request: ListRequest): Promise<Listing> {
  const small = await storage.read(async (reader) => {
    const folder = await requireFolder(reader, request.library, normalPath(request.path));
    const entries = folder.folders + folder.user_files + folder.derived_files;
    if (entries === 0) return { folders: [], files: [], totalFolders: 0, totalFiles: 0 };
    if (entries > mostOnMainThread) return folder;
    const { rows } = await hitsIn(reader, folder, request).execute(reader.tables());
    return await pageOf(reader, folder, rows);
  });
  if ('totalFiles' in small) return small;
  const hits: Hit[] = [];
  const search = (reader: Reader) => {
    const query = hitsIn(reader, small, request);
    return { compile: () => query.compile(reader.tables()) };
  };
  for await (const some of storage.scan<Hit>(search)) hits.push(...some);
  return await storage.read((reader) => pageOf(reader, small, hits));
}

/** One statement: the page's numbers in their order, each with both totals. */
function hitsIn(reader: Reader, folder: FolderRow, request: ListRequest): RawBuilder<Hit> {
  const needle = request.nameContains ?? '';
  const { sorting, descending } = sortingOf(request.order);
  const direction = sql.raw(descending ? 'desc' : 'asc');
  const orderBy = (date: string) =>
    sorting === 'name' ? sql`name ${direction}` : sql`${sql.ref(date)} ${direction}, name ${direction}`;
  const matches = reader.flavor.contains(sql.ref('name'), needle);
  const origin = request.origin ? sql`and origin = ${request.origin}` : sql``;
  return sql<Hit>`
    with hit as materialized (
      select 0 as kind, number, row_number() over (order by ${orderBy('created_at')}) as position
      from media_folder where parent = ${folder.number} and removal is null and ${matches}
      union all
      select 1 as kind, number, row_number() over (order by ${orderBy('updated_at')}) as position
      from media_file where folder = ${folder.number} and removal is null and ${matches} ${origin}
    ), total as (
      select coalesce(sum(1 - kind), 0) as folders, coalesce(sum(kind), 0) as files from hit
    )
    select total.folders, total.files, hit.kind, hit.number
    from total left join hit
      on hit.position + hit.kind * total.folders > ${request.offset}
      and hit.position + hit.kind * total.folders <= ${request.offset + request.limit}
    order by hit.kind, hit.position`;
}

async function pageOf(reader: Reader, folder: FolderRow, hits: readonly Hit[]): Promise<Listing> {
  const tables = reader.tables<MediaTables>();
  const numbers = (kind: 0 | 1) =>
    hits.flatMap((hit) => (hit.kind === kind && hit.number !== null ? [hit.number] : []));
  const folders = await inOrder(numbers(0), (some) =>
    tables
      .selectFrom('media_folder')
      .selectAll()
      .where('number', 'in', some)
      .where('removal', 'is', null)
      .execute(),
  );
  const files = await inOrder(numbers(1), (some) =>
    tables
      .selectFrom('media_file')
      .selectAll()
      .where('number', 'in', some)
      .where('removal', 'is', null)
      .execute(),
  );
  return {
    folders: folders.map(folderOf),
    files: files.map((row) => fileOf(row, folder.path)),
    totalFolders: hits[0]?.folders ?? 0,
    totalFiles: hits[0]?.files ?? 0,
  };
}

async function inOrder<Row extends { number: number }>(
  numbers: readonly number[],
  read: (some: readonly number[]) => Promise<Row[]>,
): Promise<Row[]> {
  const rows = new Map<number, Row>();
  for (let start = 0; start < numbers.length; start += 500) {
    for (const row of await read(numbers.slice(start, start + 500))) rows.set(row.number, row);
  }
  return numbers.flatMap((number) => rows.get(number) ?? []);
}
