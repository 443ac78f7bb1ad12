import { CoreError } from '../errors/index.ts';
import { changed, type IdentityContext, reading } from './context.ts';
import { sha256 } from './hashing.ts';
import type { Identity, Principal } from './identity.ts';
import { principalOf } from './principals.ts';
import { randomText } from './random-text.ts';
import type { IdentityTables } from './tables.ts';

type BearerTokens = Pick<Identity, 'byToken' | 'issueToken' | 'revokeToken'>;

/** Tokens that live for a while, made with an access key and gone with it. */
export function bearerTokens(context: IdentityContext): BearerTokens {
  return {
    async byToken(token) {
      const hash = sha256(token);
      const found = await context.memory.recall<{ principal: Principal; expiresAt: number }>(
        `token ${hash}`,
        () =>
          reading(context, undefined, async (tables) => {
            const row = await tables
              .selectFrom('bearer_token')
              .innerJoin('access_key', 'access_key.id', 'bearer_token.key_id')
              .innerJoin('principal', 'principal.id', 'access_key.principal_id')
              .selectAll('principal')
              .select('bearer_token.expires_at')
              .where('bearer_token.hash', '=', hash)
              .executeTakeFirst();
            return row && { principal: principalOf(row), expiresAt: row.expires_at };
          }),
      );
      return found && found.expiresAt > context.clock.now() ? found.principal : undefined;
    },

    issueToken: (keyId) =>
      context.storage.write(async (unit) => {
        const tables = unit.tables<IdentityTables>();
        const key = await tables
          .selectFrom('access_key')
          .select('token_lifetime_seconds')
          .where('id', '=', keyId)
          .where('revoked_at', 'is', null)
          .executeTakeFirst();
        if (!key) throw new CoreError('not-found', `There is no live key ${keyId}`);
        const token = randomText(128);
        const expiresInSeconds = key.token_lifetime_seconds;
        const now = context.clock.now();
        // Expired ones go with the next one made; nothing else has to remember them.
        await tables.deleteFrom('bearer_token').where('expires_at', '<=', now).execute();
        await tables
          .insertInto('bearer_token')
          .values({ hash: sha256(token), key_id: keyId, expires_at: now + expiresInSeconds * 1000 })
          .execute();
        return { token, expiresInSeconds };
      }),

    revokeToken: (token) =>
      context.storage.write(async (unit) => {
        const { numDeletedRows } = await unit
          .tables<IdentityTables>()
          .deleteFrom('bearer_token')
          .where('hash', '=', sha256(token))
          .executeTakeFirst();
        if (numDeletedRows > 0n) changed(context, unit);
        return numDeletedRows > 0n;
      }),
  };
}
