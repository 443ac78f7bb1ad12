import type { Parts } from '../../http/index.ts';
import { identityChannel, type Principal } from '../../identity/index.ts';
import type { Unit } from '../../storage/index.ts';
import { keyAccount } from './key-text.ts';
import type { NullplatformTables } from './tables.ts';

/** A live API key, as calls need it. */
export interface LiveKey {
  readonly id: number;
  readonly organizationId: number;
  readonly principal: Principal;
}

const channel = 'nullplatform-keys';
const lifetimeMilliseconds = 60_000;
const mostKeys = 10_000;

/**
 * The API keys behind access tokens, read at most once a minute and forgotten when one of them changes in any process:
 * a call costs no read of the database, and a revoked key ends at once.
 */
export class KeyMemory {
  readonly #parts: Parts;
  #found = new Map<number, { key: Promise<LiveKey | undefined>; until: number }>();

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.storage.listen(channel, () => this.#forget());
    // Keys are also revoked, and their accounts removed, where nobody knows of this dialect.
    parts.storage.listen(identityChannel, () => this.#forget());
  }

  /** The key with this id; undefined once it was revoked or removed. */
  async find(id: number): Promise<LiveKey | undefined> {
    const now = this.#parts.clock.now();
    const remembered = this.#found.get(id);
    if (remembered && remembered.until > now) return await remembered.key;
    const key = this.#read(id);
    if (this.#found.size >= mostKeys) this.#forget();
    this.#found.set(id, { key, until: now + lifetimeMilliseconds });
    // A failed reading is nobody's answer but its caller's.
    key.catch(() => this.#found.delete(id));
    return await key;
  }

  /** Makes every process forget, once the unit is committed. */
  changed(unit: Unit): void {
    unit.afterCommit(() => this.#forget());
    unit.notify(channel, 'changed');
  }

  #forget(): void {
    this.#found = new Map();
  }

  async #read(id: number): Promise<LiveKey | undefined> {
    const { storage, identity } = this.#parts;
    const row = await storage.read((reader) =>
      reader
        .tables<NullplatformTables>()
        .selectFrom('np_api_key')
        .select(['organization_id', 'access_key_id'])
        .where('id', '=', id)
        .executeTakeFirst(),
    );
    if (!row) return undefined;
    const access = await identity.findKey(row.access_key_id);
    const principal = await identity.find(keyAccount(id));
    if (!principal || !access || access.revokedAt !== null) return undefined;
    return { id, organizationId: row.organization_id, principal };
  }
}
