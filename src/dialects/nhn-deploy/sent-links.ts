import { createHash } from 'node:crypto';
import { CoreError } from '../../errors/index.ts';
import type { Reader, Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import { randomWord } from './app-key.ts';
import type { Context } from './context.ts';
import { type Artifact, artifactResource } from './store/artifact.ts';
import type { Binary } from './store/binary.ts';
import { type SentLink, type SentLinkTables, sentLinkByHash } from './store/sent-link.ts';

const lifetimeMilliseconds = 7 * 24 * 60 * 60 * 1000;

/** Makes a link to the page of one client binary, good for seven days (contract nhn-deploy 5.6). The token is told once. */
export async function sendBinary(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  binary: Binary,
): Promise<{ link: SentLink; token: string }> {
  if (artifact.type !== 'client') {
    throw new CoreError('conflict', 'only binaries of client artifacts have install pages');
  }
  const token = randomWord(32);
  const link = await unit
    .tables<SentLinkTables>()
    .insertInto('nhn_sent_link')
    .values({
      binary_id: binary.id,
      token_hash: hashOf(token),
      sent_by: actor.name,
      created_at: unit.now,
      expires_at: unit.now + lifetimeMilliseconds,
      revoked_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await context.parts.ledger.record(unit, actor, {
    action: 'binary.send',
    resource: artifactResource(artifact.project_id, artifact.id),
    subject: `${artifact.name} ${binary.version} (binary ${binary.id}, link ${link.id})`,
  });
  return { link, token };
}

/** Makes the link worthless; false when it was already, or never was the binary's. */
export async function revokeSentLink(unit: Unit, binaryId: number, linkId: number): Promise<boolean> {
  const revoked = await unit
    .tables<SentLinkTables>()
    .updateTable('nhn_sent_link')
    .set({ revoked_at: unit.now })
    .where('id', '=', linkId)
    .where('binary_id', '=', binaryId)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return revoked !== undefined;
}

/** The link with this word in its address, whether it still works or not. */
export async function findSentLink(reader: Reader, token: string): Promise<SentLink | undefined> {
  return await sentLinkByHash(reader, hashOf(token));
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
