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
