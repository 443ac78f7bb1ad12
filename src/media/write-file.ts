import { randomUUID } from 'node:crypto';
import { type BlobStore, fixedQuery, type Unit } from '../storage/index.ts';
import { type CounterChanges, oneFile } from './counters.ts';
import type { Content } from './entries.ts';
import { contentColumns } from './file-rows.ts';
import { shiftMarks } from './mark-keeping.ts';
import type { FileRow, FolderRow, MediaTables } from './tables.ts';

/** What a file is besides its content. */
export type FileRole = Pick<FileRow, 'origin' | 'source_id' | 'source_version' | 'recipe' | 'piece'>;

/** The role of what somebody uploaded. */
export const userRole: FileRole = {
  origin: 'user',
  source_id: null,
  source_version: null,
  recipe: null,
  piece: null,
};

/** A new content at a place in the tree; `replaced` is the visible row of that name. */
export interface WrittenFile {
  readonly folder: FolderRow;
  readonly name: string;
  readonly content: Content;
  readonly role: FileRole;
  readonly replaced: FileRow | undefined;
}

/**
 * When a content is said to have come. HTTP's dates and those of dialects have whole seconds, so a content that follows
 * another within one is said to have come in the next, at most one ahead: otherwise both would have one date, and who
 * holds the older would be told that nothing has changed. Epoch milliseconds; pure.
 */
function updatedAt(now: number, replaced: FileRow | undefined): number {
  if (!replaced) return now;
  const secondAfter = (time: number) => Math.floor(time / 1000) * 1000 + 1000;
  return Math.max(now, Math.min(secondAfter(replaced.updated_at), secondAfter(now)));
}

/**
 * Inserts or replaces a file's row together with its blob's reference and the listing's marks. The caller has decided
 * that the name is free or may be replaced, and writes `counters` at the end of its unit.
 */
export async function writeFile(
  unit: Unit,
  blobs: BlobStore,
  counters: CounterChanges,
  file: WrittenFile,
): Promise<FileRow> {
  const { folder, name, content, role, replaced } = file;
  // First retained, then released: the same bytes again must not fall to zero in between.
  await blobs.retain(unit, { sha256: content.sha256, size: content.bytes });
  const columns = { ...contentColumns(content), ...role, updated_at: updatedAt(unit.now, replaced) };
  const tables = unit.tables<MediaTables>();
  const filesBefore = folder.user_files + folder.derived_files;
  if (replaced) {
    await shiftMarks(unit, folder, [replaced], -1, filesBefore);
    const row = await tables
      .updateTable('media_file')
      .set({ ...columns, version: replaced.version + 1 })
      .where('number', '=', replaced.number)
      .returningAll()
      .executeTakeFirstOrThrow();
    await shiftMarks(unit, folder, [row], 1, filesBefore);
    await blobs.release(unit, replaced.sha256);
    counters.add(folder.path, oneFile(replaced, -1));
    counters.add(folder.path, oneFile(row, 1));
    return row;
  }
  const [row] = await insertFile(unit, {
    ...columns,
    id: randomUUID(),
    library: folder.library,
    folder: folder.number,
    name,
    version: 1,
    removal: null,
    created_at: unit.now,
  });
  if (row === undefined) throw new Error('A row that was inserted did not come back.');
  await shiftMarks(unit, folder, [row], 1, filesBefore + 1);
  counters.add(folder.path, oneFile(row, 1));
  return row;
}

type NewRow = Omit<FileRow, 'number'>;
const columnsOfNew = [
  'id',
  'library',
  'folder',
  'name',
  'origin',
  'version',
  'sha256',
  'md5',
  'bytes',
  'format',
  'width',
  'height',
  'frames',
  'taken_at',
  'latitude',
  'longitude',
  'source_id',
  'source_version',
  'recipe',
  'piece',
  'removal',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof NewRow)[];

const insertFile = fixedQuery<MediaTables, FileRow, NewRow>((tables, value) =>
  tables
    .insertInto('media_file')
    .values(Object.fromEntries(columnsOfNew.map((column) => [column, value(column)])) as unknown as NewRow)
    .returningAll(),
);
