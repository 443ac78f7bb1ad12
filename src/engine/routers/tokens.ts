import { createHash } from 'node:crypto';
import { CoreError } from '../../errors/index.ts';
import type { Storage } from '../../storage/index.ts';
import type { RouteTables } from '../routes/index.ts';

/** Tokens of routers, stored as SHA-256. They are never taken back, so that one seen before costs no read. */
export class RouterTokens {
  readonly #storage: Storage;
  readonly #known = new Set<string>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async admit(token: string): Promise<void> {
    if (token.length < 32)
      throw new CoreError('invalid', 'The token of a router has at least 32 characters.');
    const hash = hashOf(token);
    await this.#storage.write((unit) =>
      unit
        .tables<RouteTables>()
        .insertInto('router_token')
        .values({ hash, made_at: unit.now })
        .onConflict((conflict) => conflict.column('hash').doNothing())
        .execute(),
    );
  }

  async check(token: string): Promise<void> {
    const hash = hashOf(token);
    if (this.#known.has(hash)) return;
    const row = await this.#storage.read((reader) =>
      reader
        .tables<RouteTables>()
        .selectFrom('router_token')
        .select('hash')
        .where('hash', '=', hash)
        .executeTakeFirst(),
    );
    if (!row) throw new CoreError('unauthenticated', 'The token of this router is not known.');
    this.#known.add(hash);
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
