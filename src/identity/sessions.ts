import { changed, type IdentityContext, reading } from './context.ts';
import { sha256 } from './hashing.ts';
import type { Identity, Principal } from './identity.ts';
import { principalOf } from './principals.ts';
import { randomText } from './random-text.ts';
import type { IdentityTables } from './tables.ts';

type Sessions = Pick<Identity, 'bySession' | 'startSession' | 'endSession'>;

/** A working day; then the console asks for the password again. */
const sessionMilliseconds = 12 * 60 * 60 * 1000;

/** Sessions of the console. */
export function sessions(context: IdentityContext): Sessions {
  return {
    async bySession(session) {
      const hash = sha256(session);
      const found = await context.memory.recall<{ principal: Principal; expiresAt: number }>(
        `session ${hash}`,
        () =>
          reading(context, undefined, async (tables) => {
            const row = await tables
              .selectFrom('console_session')
              .innerJoin('principal', 'principal.id', 'console_session.principal_id')
              .selectAll('principal')
              .select('expires_at')
              .where('hash', '=', hash)
              .executeTakeFirst();
            return row && { principal: principalOf(row), expiresAt: row.expires_at };
          }),
      );
      return found && found.expiresAt > context.clock.now() ? found.principal : undefined;
    },

    startSession: (principal) =>
      context.storage.write(async (unit) => {
        const tables = unit.tables<IdentityTables>();
        const session = randomText(43);
        const now = context.clock.now();
        const expiresAt = now + sessionMilliseconds;
        await tables.deleteFrom('console_session').where('expires_at', '<=', now).execute();
        await tables
          .insertInto('console_session')
          .values({ hash: sha256(session), principal_id: principal.id, expires_at: expiresAt })
          .execute();
        return { session, expiresAt };
      }),

    endSession: (session) =>
      context.storage.write(async (unit) => {
        await unit
          .tables<IdentityTables>()
          .deleteFrom('console_session')
          .where('hash', '=', sha256(session))
          .execute();
        changed(context, unit);
      }),
  };
}
