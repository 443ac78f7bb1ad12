import { type Generated, type Selectable, sql } from 'kysely';
import type { Reader } from '../../../storage/index.ts';
import type { Page } from '../paging.ts';

/** One uploaded file with its version (contract nhn-deploy 1, 4.1). */
export interface BinaryTables {
  nhn_binary: {
    id: Generated<number>;
    artifact_id: number;
    binary_group_id: number;
    version: string;
    /** The file's name on target servers. */
    name: string;
    /** Bytes. */
    size: number;
    sha256: string;
    /** The iOS manifest as it was uploaded. */
    meta_sha256: string | null;
    meta_size: number | null;
    /** Empty for binaries of server artifacts, so that one unique index serves both kinds. */
    os_type: OsType | '';
    /** 1: pinned; at most one live binary of a group and OS. */
    fixed: number;
    description: string | null;
    uploader: string;
    uploaded_at: number;
    deleted_at: number | null;
  };
}

/** The operating system of a client binary, as it is written on the wire. */
export type OsType = 'iOS' | 'Android' | 'etc';

/** A row of `nhn_binary`. */
export type Binary = Selectable<BinaryTables['nhn_binary']>;

/** The binary with this key in the group, deleted ones included: the wire tells the two apart. */
export async function binaryById(reader: Reader, groupId: number, id: number): Promise<Binary | undefined> {
  return await reader
    .tables<BinaryTables>()
    .selectFrom('nhn_binary')
    .selectAll()
    .where('id', '=', id)
    .where('binary_group_id', '=', groupId)
    .executeTakeFirst();
}

/** The live binary of the artifact with this key, wherever it stands: a task may name any of its artifact. */
export async function liveBinary(
  reader: Reader,
  artifactId: number,
  id: number,
): Promise<Binary | undefined> {
  return await reader
    .tables<BinaryTables>()
    .selectFrom('nhn_binary')
    .selectAll()
    .where('id', '=', id)
    .where('artifact_id', '=', artifactId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** The newest live binary of a group: by upload date, then by key (contract nhn-deploy 5.4). */
export async function latestBinary(reader: Reader, groupId: number): Promise<Binary | undefined> {
  return await reader
    .tables<BinaryTables>()
    .selectFrom('nhn_binary')
    .selectAll()
    .where('binary_group_id', '=', groupId)
    .where('deleted_at', 'is', null)
    .orderBy('uploaded_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
}

/** The live binaries of a group, newest first. */
export async function liveBinaries(reader: Reader, groupId: number): Promise<Binary[]> {
  return await reader
    .tables<BinaryTables>()
    .selectFrom('nhn_binary')
    .selectAll()
    .where('binary_group_id', '=', groupId)
    .where('deleted_at', 'is', null)
    .orderBy('uploaded_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/** Up to `limit` versions in a scope that sort from `first` on, in order: what a generated label steps over. */
export async function labelsFrom(
  reader: Reader,
  groupId: number,
  osType: OsType | '',
  first: string,
  limit: number,
): Promise<string[]> {
  const rows = await reader
    .tables<BinaryTables>()
    .selectFrom('nhn_binary')
    .select('version')
    .where('binary_group_id', '=', groupId)
    .where('os_type', '=', osType)
    .where('version', '>=', first)
    .where('deleted_at', 'is', null)
    .orderBy('version')
    .limit(limit)
    .execute();
  return rows.map((row) => row.version);
}

/** Whether a live binary of the scope has this version; never for an upload that names none. */
export async function isVersionTaken(
  reader: Reader,
  groupId: number,
  osType: OsType | '',
  version: string | undefined,
): Promise<boolean> {
  if (version === undefined) return false;
  const [first] = await labelsFrom(reader, groupId, osType, version, 1);
  return first === version;
}

/** The order of a list; ties are broken by key in the same direction (contract nhn-deploy 3.8 L). */
export interface BinarySort {
  readonly column: 'version' | 'id' | 'uploaded_at';
  readonly direction: 'asc' | 'desc';
}

/** A page of the live binaries of a group whose version contains `keyword`, and how many there are in all. */
export async function pageOfBinaries(
  reader: Reader,
  groupId: number,
  { keyword, sort, page }: { keyword: string; sort: BinarySort; page: Page },
): Promise<{ total: number; rows: Binary[] }> {
  let matching = reader
    .tables<BinaryTables>()
    .selectFrom('nhn_binary')
    .where('binary_group_id', '=', groupId)
    .where('deleted_at', 'is', null);
  if (keyword !== '') matching = matching.where(reader.flavor.contains(sql.ref('version'), keyword));
  const counted = matching.select((count) => count.fn.countAll<number>().as('total'));
  let sorted = matching.selectAll().orderBy(sort.column, sort.direction);
  if (sort.column !== 'id') sorted = sorted.orderBy('id', sort.direction);
  const { total } = await counted.executeTakeFirstOrThrow();
  return { total: Number(total), rows: await sorted.limit(page.size).offset(page.offset).execute() };
}

/** The pinned binaries of a group, one for each system at most. */
export async function fixedBinaries(reader: Reader, groupId: number): Promise<Binary[]> {
  return await reader
    .tables<BinaryTables>()
    .selectFrom('nhn_binary')
    .selectAll()
    .where('binary_group_id', '=', groupId)
    // A literal: the planner takes the partial index only when it sees the 1.
    .where('fixed', '=', sql.lit(1))
    .execute();
}

/** The newest live binary of a group for one system. */
export async function latestOfSystem(
  reader: Reader,
  groupId: number,
  osType: OsType,
): Promise<Binary | undefined> {
  return await reader
    .tables<BinaryTables>()
    .selectFrom('nhn_binary')
    .selectAll()
    .where('binary_group_id', '=', groupId)
    .where('os_type', '=', osType)
    .where('deleted_at', 'is', null)
    .orderBy('uploaded_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
}

/** The binary with this key, deleted ones included, wherever it stands. */
export async function anyBinaryById(reader: Reader, id: number): Promise<Binary | undefined> {
  return await reader
    .tables<BinaryTables>()
    .selectFrom('nhn_binary')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
}
