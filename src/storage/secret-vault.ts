import type { Generated } from 'kysely';
import { chunked } from './database/chunks.ts';
import type { MigrationSet, Storage } from './database/storage.ts';
import type { SecretBox, SecretVault } from './secrets.ts';

interface SecretTables {
  secret: { id: Generated<number>; sealed: string; created_at: number };
}

/** The vault's table. */
export const secretMigrations: MigrationSet['migrations'] = [
  {
    name: '0005-secrets',
    statements: (types) => [
      `create table secret (id ${types.identity}, sealed ${types.text} not null, created_at ${types.integer} not null) ${types.end}`,
    ],
  },
];

/** A vault whose rows are sealed by `box`, each bound to its own number: sealed text moved to another row won't open. */
export function createSecretVault(parts: { storage: Storage; box: SecretBox }): SecretVault {
  const { storage, box } = parts;
  return {
    async store(unit, plain) {
      const secrets = unit.tables<SecretTables>();
      const { id } = await secrets
        .insertInto('secret')
        .values({ sealed: '', created_at: unit.now })
        .returning('id')
        .executeTakeFirstOrThrow();
      await this.replace(unit, id, plain);
      return id;
    },
    async replace(unit, id, plain) {
      const sealed = box.seal(plain, `secret:${id}`);
      await unit.tables<SecretTables>().updateTable('secret').set({ sealed }).where('id', '=', id).execute();
    },
    async reveal(ids) {
      const revealed = new Map<number, string>();
      await storage.read(async (reader) => {
        for (const some of chunked(ids)) {
          const rows = await reader
            .tables<SecretTables>()
            .selectFrom('secret')
            .selectAll()
            .where('id', 'in', some)
            .execute();
          for (const row of rows) revealed.set(row.id, box.open(row.sealed, `secret:${row.id}`));
        }
      });
      return revealed;
    },
    async remove(unit, id) {
      await unit.tables<SecretTables>().deleteFrom('secret').where('id', '=', id).execute();
    },
  };
}
