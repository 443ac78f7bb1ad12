import type { Generated, Selectable } from 'kysely';
import type { Reader } from '../../../storage/index.ts';

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
