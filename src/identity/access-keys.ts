import { CoreError } from '../errors/index.ts';
import { changed, type IdentityContext, reading } from './context.ts';
import { FailureThrottle } from './failure-throttle.ts';
import { fastHash, slowHash, verifyHash } from './hashing.ts';
import { type AccessKey, accessKeysPerPrincipal, type Identity, type Principal } from './identity.ts';
import { principalOf } from './principals.ts';
import { randomText } from './random-text.ts';
import type { IdentityTables } from './tables.ts';

type AccessKeys = Pick<
  Identity,
  'byKey' | 'keys' | 'findKey' | 'createKey' | 'setTokenLifetime' | 'revokeKey'
>;

const defaultTokenLifetimeSeconds = 86_400;

/**
 * Wrong secrets of one address for one key in a minute. There is no sum of all keys: a forgotten job with an old key
 * must not lock out everybody behind the same address.
 */
const failuresPerKey = 10;

/**
 * User access keys. A secret that is drawn here is random and stored as SHA-256; a given one may be weak, so it is
 * stored under scrypt, and the 60 s memory keeps that from costing 60 ms with every call.
 */
export function accessKeys(context: IdentityContext): AccessKeys {
  const throttle = new FailureThrottle(context.clock, { limit: failuresPerKey, milliseconds: 60_000 });
  return {
    byKey: (keyId, secret, from) =>
      context.memory.recall(
        context.memory.nameOf('key', keyId, secret),
        () => throttle.attempt(`${from} ${keyId}`, () => verified(context, keyId, secret)),
        from,
      ),

    keys: (principalId, within) =>
      reading(context, within, async (tables) => {
        const rows = await tables
          .selectFrom('access_key')
          .selectAll()
          .where('principal_id', '=', principalId)
          .orderBy('created_at')
          .orderBy('id')
          .execute();
        return rows.map(keyOf);
      }),

    findKey: (keyId, within) =>
      reading(context, within, async (tables) => {
        const row = await tables
          .selectFrom('access_key')
          .selectAll()
          .where('id', '=', keyId)
          .executeTakeFirst();
        return row && keyOf(row);
      }),

    async createKey(unit, principalId, given = {}) {
      const tables = unit.tables<IdentityTables>();
      const id = given.id ?? randomText(20);
      const secret = given.secret ?? randomText(16);
      checkGiven(id, secret);
      const live = await tables
        .selectFrom('access_key')
        .select('id')
        .where('principal_id', '=', principalId)
        .where('revoked_at', 'is', null)
        .execute();
      if (live.length >= accessKeysPerPrincipal) {
        throw new CoreError(
          'conflict',
          `A principal has at most ${accessKeysPerPrincipal} keys; revoke one first`,
        );
      }
      const taken = await tables
        .selectFrom('access_key')
        .select('id')
        .where('id', '=', id)
        .executeTakeFirst();
      if (taken) throw new CoreError('conflict', `There is a key ${id} already`, { path: 'id' });
      const row = await tables
        .insertInto('access_key')
        .values({
          id,
          principal_id: principalId,
          secret_hash:
            given.secret === undefined ? fastHash(secret) : slowHash(secret, 'key', context.hashCost),
          token_lifetime_seconds: defaultTokenLifetimeSeconds,
          created_at: unit.now,
          revoked_at: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return { key: keyOf(row), secret };
    },

    async setTokenLifetime(unit, keyId, seconds) {
      if (!Number.isInteger(seconds) || seconds < 60 || seconds > 86_400) {
        throw new CoreError('invalid', 'A token lives for 60 to 86400 seconds', {
          path: 'tokenLifetimeSeconds',
        });
      }
      const { numUpdatedRows } = await unit
        .tables<IdentityTables>()
        .updateTable('access_key')
        .set({ token_lifetime_seconds: seconds })
        .where('id', '=', keyId)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new CoreError('not-found', `There is no live key ${keyId}`);
    },

    async revokeKey(unit, keyId) {
      const tables = unit.tables<IdentityTables>();
      const { numUpdatedRows } = await tables
        .updateTable('access_key')
        .set({ revoked_at: unit.now })
        .where('id', '=', keyId)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      await tables.deleteFrom('bearer_token').where('key_id', '=', keyId).execute();
      changed(context, unit);
      return numUpdatedRows > 0n;
    },
  };
}

async function verified(
  context: IdentityContext,
  keyId: string,
  secret: string,
): Promise<Principal | undefined> {
  const row = await reading(context, undefined, (tables) =>
    tables
      .selectFrom('access_key')
      .innerJoin('principal', 'principal.id', 'access_key.principal_id')
      .selectAll('principal')
      .select('secret_hash')
      .where('access_key.id', '=', keyId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst(),
  );
  // Unknown ids are answered fast: ids are no secrets, and a flood of them must not cost a slow hash each.
  return row && (await verifyHash(secret, row.secret_hash)) ? principalOf(row) : undefined;
}

function keyOf(row: IdentityTables['access_key']): AccessKey {
  return {
    id: row.id,
    principalId: row.principal_id,
    tokenLifetimeSeconds: row.token_lifetime_seconds,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  };
}

function checkGiven(id: string, secret: string): void {
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(id)) {
    throw new CoreError('invalid', 'A key id has 1 to 100 of the characters A-Z a-z 0-9 . _ -', {
      path: 'id',
    });
  }
  if (!/^[\x21-\x7e]{8,200}$/.test(secret)) {
    throw new CoreError('invalid', 'A key secret has 8 to 200 visible ASCII characters', { path: 'secret' });
  }
}
