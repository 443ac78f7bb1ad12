import type { Selectable } from 'kysely';
import { CoreError } from '../errors/index.ts';
import { changed, type IdentityContext, reading } from './context.ts';
import { hashOfNothing, slowHash, verifyHash } from './hashing.ts';
import type { Identity, Principal } from './identity.ts';
import type { IdentityTables } from './tables.ts';

type Principals = Pick<
  Identity,
  'byPassword' | 'passwordHash' | 'find' | 'list' | 'createPrincipal' | 'updatePrincipal' | 'removePrincipal'
>;

/** People and machine accounts, and their passwords. */
export function principals(context: IdentityContext): Principals {
  return {
    async byPassword(name, password) {
      const remembered = context.memory.nameOf('password', name, password);
      return context.memory.recall(remembered, async () => {
        const row = await reading(context, undefined, (tables) =>
          tables.selectFrom('principal').selectAll().where('name', '=', name).executeTakeFirst(),
        );
        const isRight = await verifyHash(password, row?.password_hash ?? hashOfNothing(context.hashCost));
        return row && isRight ? principalOf(row) : undefined;
      });
    },

    passwordHash: (password) => slowHash(password, 'password', context.hashCost),

    async find(name, within) {
      const row = await reading(context, within, (tables) =>
        tables.selectFrom('principal').selectAll().where('name', '=', name).executeTakeFirst(),
      );
      return row && principalOf(row);
    },

    async list(within) {
      const rows = await reading(context, within, (tables) =>
        tables.selectFrom('principal').selectAll().orderBy('name').execute(),
      );
      return rows.map(principalOf);
    },

    async createPrincipal(unit, { name, kind, admin, password }) {
      const trimmed = checkedName(name);
      const tables = unit.tables<IdentityTables>();
      const taken = await tables
        .selectFrom('principal')
        .select('id')
        .where('name', '=', trimmed)
        .executeTakeFirst();
      if (taken) throw new CoreError('conflict', `There is a principal ${trimmed} already`, { path: 'name' });
      const row = await tables
        .insertInto('principal')
        .values({
          name: trimmed,
          kind,
          admin: admin ? 1 : 0,
          password_hash:
            password === undefined ? null : slowHash(checkedPassword(password), 'password', context.hashCost),
          created_at: unit.now,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      changed(context, unit);
      return principalOf(row);
    },

    async updatePrincipal(unit, id, { admin, password }) {
      const tables = unit.tables<IdentityTables>();
      const change = {
        ...(admin === undefined ? {} : { admin: admin ? 1 : 0 }),
        ...(password === undefined
          ? {}
          : { password_hash: slowHash(checkedPassword(password), 'password', context.hashCost) }),
      };
      if (Object.keys(change).length === 0) return;
      const { numUpdatedRows } = await tables
        .updateTable('principal')
        .set(change)
        .where('id', '=', id)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new CoreError('not-found', `There is no principal ${id}`);
      // A changed password ends what was begun with the old one.
      if (password !== undefined)
        await tables.deleteFrom('console_session').where('principal_id', '=', id).execute();
      changed(context, unit);
    },

    async removePrincipal(unit, id) {
      const { numDeletedRows } = await unit
        .tables<IdentityTables>()
        .deleteFrom('principal')
        .where('id', '=', id)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw new CoreError('not-found', `There is no principal ${id}`);
      changed(context, unit);
    },
  };
}

/** A row of the table as readers see it. */
export function principalOf(row: Selectable<IdentityTables['principal']>): Principal {
  return { id: row.id, name: row.name, kind: row.kind, admin: row.admin === 1 };
}

function checkedName(name: string): string {
  const trimmed = name.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (trimmed === '' || trimmed.length > 200 || /[\x00-\x1f\x7f]/.test(trimmed)) {
    throw new CoreError('invalid', 'A name has 1 to 200 characters and no control characters', {
      path: 'name',
    });
  }
  return trimmed;
}

function checkedPassword(password: string): string {
  if (password.length < 8 || password.length > 1000) {
    throw new CoreError('invalid', 'A password has 8 to 1000 characters', { path: 'password' });
  }
  return password;
}
