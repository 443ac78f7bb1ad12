import type { Selectable } from 'kysely';
import { CoreError } from '../errors/index.ts';
import { type IdentityContext, reading } from './context.ts';
import { sha256 } from './hashing.ts';
import type { Identity } from './identity.ts';
import { randomText } from './random-text.ts';
import type { IdentityTables } from './tables.ts';

type JoinTokens = Pick<
  Identity,
  'createJoinToken' | 'joinTokens' | 'revokeJoinToken' | 'findJoinToken' | 'joinTokenRights'
>;

/** Tokens with which agents join. They are stored as SHA-256, so a given one must not be short. */
export function joinTokens(context: IdentityContext): JoinTokens {
  const self: JoinTokens = {
    async createJoinToken(unit, { hosts, token = randomText(40), mayReplace = false, expiresAt }) {
      if (token.length < 16 || token.length > 200) {
        throw new CoreError('invalid', 'A join token has 16 to 200 characters', { path: 'token' });
      }
      if (hosts.length === 0 || hosts.some((host) => host === '')) {
        throw new CoreError('invalid', 'A join token names hosts, like web-1, web-* or *', { path: 'hosts' });
      }
      const tables = unit.tables<IdentityTables>();
      const hash = sha256(token);
      const taken = await tables
        .selectFrom('join_token')
        .select('id')
        .where('hash', '=', hash)
        .executeTakeFirst();
      if (taken) throw new CoreError('conflict', 'There is such a join token already', { path: 'token' });
      const { id } = await tables
        .insertInto('join_token')
        .values({
          hash,
          hosts: JSON.stringify(hosts),
          may_replace: mayReplace ? 1 : 0,
          created_at: unit.now,
          expires_at: expiresAt ?? null,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return { id, token };
    },

    joinTokens: () =>
      reading(context, undefined, async (tables) => {
        const rows = await tables.selectFrom('join_token').selectAll().orderBy('id').execute();
        return rows.map((row) => ({ ...joinTokenOf(row), createdAt: row.created_at }));
      }),

    async revokeJoinToken(unit, id) {
      const tables = unit.tables<IdentityTables>();
      const { numDeletedRows } = await tables
        .deleteFrom('join_token')
        .where('id', '=', id)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },

    findJoinToken: (token, within) =>
      reading(context, within, async (tables) => {
        const query = tables.selectFrom('join_token').selectAll().where('hash', '=', sha256(token));
        const row = await query.executeTakeFirst();
        return row && joinTokenOf(row);
      }),

    async joinTokenRights(token) {
      const found = await self.findJoinToken(token);
      if (!found || (found.expiresAt !== null && found.expiresAt <= context.clock.now())) return undefined;
      return { hosts: found.hosts, mayReplace: found.mayReplace };
    },
  };
  return self;
}

function joinTokenOf(row: Selectable<IdentityTables['join_token']>) {
  return {
    id: row.id,
    hosts: JSON.parse(row.hosts) as string[],
    mayReplace: row.may_replace === 1,
    expiresAt: row.expires_at,
  };
}
