import type { Generated, Selectable } from 'kysely';
import type { Reader } from '../../../storage/index.ts';

/** A link to the page of one binary that somebody sent (contract nhn-deploy 5.6). */
export interface SentLinkTables {
  nhn_sent_link: {
    id: Generated<number>;
    binary_id: number;
    /** SHA-256 of the random word in the address. */
    token_hash: string;
    sent_by: string;
    created_at: number;
    expires_at: number;
    revoked_at: number | null;
  };
}

/** A row of `nhn_sent_link`. */
export type SentLink = Selectable<SentLinkTables['nhn_sent_link']>;

/** The link whose address has this word, expired and revoked ones included. */
export async function sentLinkByHash(reader: Reader, tokenHash: string): Promise<SentLink | undefined> {
  return await reader
    .tables<SentLinkTables>()
    .selectFrom('nhn_sent_link')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst();
}

/** The links of a binary, newest first. */
export async function sentLinksOf(reader: Reader, binaryId: number): Promise<SentLink[]> {
  return await reader
    .tables<SentLinkTables>()
    .selectFrom('nhn_sent_link')
    .selectAll()
    .where('binary_id', '=', binaryId)
    .orderBy('id', 'desc')
    .execute();
}
