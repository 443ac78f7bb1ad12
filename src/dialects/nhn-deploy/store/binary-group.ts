import type { Generated, Selectable } from 'kysely';
import type { Reader } from '../../../storage/index.ts';

/** A shelf of binaries of an artifact (contract nhn-deploy 1, 5.5, 5.6). */
export interface BinaryGroupTables {
  nhn_binary_group: {
    id: Generated<number>;
    artifact_id: number;
    name: string;
    description: string | null;
    region: string;
    /** The random part of the addresses of the install pages. */
    page_token: string;
    /** Scrypt of the password that opens the install pages. */
    password_hash: string | null;
    max_age_days: number | null;
    max_total_bytes: number | null;
    max_count: number | null;
    min_keep: number | null;
    upload_alert: number;
    created_at: number;
    deleted_at: number | null;
  };
}

/** A row of `nhn_binary_group`. */
export type BinaryGroup = Selectable<BinaryGroupTables['nhn_binary_group']>;

/** The live group with this key in the artifact. */
export async function binaryGroupById(
  reader: Reader,
  artifactId: number,
  id: number,
): Promise<BinaryGroup | undefined> {
  return await reader
    .tables<BinaryGroupTables>()
    .selectFrom('nhn_binary_group')
    .selectAll()
    .where('id', '=', id)
    .where('artifact_id', '=', artifactId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** The live groups of the artifact, by name (contract nhn-deploy 3.8 K). */
export async function listBinaryGroups(reader: Reader, artifactId: number): Promise<BinaryGroup[]> {
  return await reader
    .tables<BinaryGroupTables>()
    .selectFrom('nhn_binary_group')
    .selectAll()
    .where('artifact_id', '=', artifactId)
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .execute();
}

/** The live group whose install pages have this token in their addresses. */
export async function binaryGroupByPageToken(
  reader: Reader,
  token: string,
): Promise<BinaryGroup | undefined> {
  return await reader
    .tables<BinaryGroupTables>()
    .selectFrom('nhn_binary_group')
    .selectAll()
    .where('page_token', '=', token)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** The live group with this name in the artifact. */
export async function binaryGroupByName(
  reader: Reader,
  artifactId: number,
  name: string,
): Promise<BinaryGroup | undefined> {
  return await reader
    .tables<BinaryGroupTables>()
    .selectFrom('nhn_binary_group')
    .selectAll()
    .where('artifact_id', '=', artifactId)
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** The live group with this key, whatever its artifact. */
export async function anyBinaryGroupById(reader: Reader, id: number): Promise<BinaryGroup | undefined> {
  return await reader
    .tables<BinaryGroupTables>()
    .selectFrom('nhn_binary_group')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** The live groups that have an auto-delete policy. */
export async function groupsWithPolicy(reader: Reader): Promise<BinaryGroup[]> {
  return await reader
    .tables<BinaryGroupTables>()
    .selectFrom('nhn_binary_group')
    .selectAll()
    .where('deleted_at', 'is', null)
    .where('max_count', 'is not', null)
    .execute();
}
