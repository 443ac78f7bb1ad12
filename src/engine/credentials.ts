import { createHash, randomBytes } from 'node:crypto';
import { CoreError } from '../errors/index.ts';
import type { Storage } from '../storage/index.ts';
import { channels } from './channels.ts';
import type { EngineTables } from './tables.ts';

/** What an agent proves itself with after it has joined: 256 random bits, stored as SHA-256. */
export function newCredential(): { credential: string; hash: string } {
  const credential = randomBytes(32).toString('base64url');
  return { credential, hash: hashOf(credential) };
}

/** What is stored of one that an agent made. */
export function givenCredential(credential: string): { credential: string; hash: string } {
  return { credential, hash: hashOf(credential) };
}

function hashOf(credential: string): string {
  return createHash('sha256').update(credential).digest('hex');
}

/** Which host a credential belongs to. One that was seen before costs no read. */
export class Credentials {
  readonly #storage: Storage;
  readonly #hosts = new Map<string, string>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Forgets credentials that another server, or this one, made worthless. */
  listen(): () => void {
    return this.#storage.listen(channels.hosts, (host) => {
      if (host === undefined) this.#hosts.clear();
      else this.forget(host);
    });
  }

  /** The host was removed or its agent replaced. */
  forget(host: string): void {
    for (const [hash, known] of this.#hosts) if (known === host) this.#hosts.delete(hash);
  }

  /** Throws `unauthenticated` for a credential of a removed or replaced host. */
  async host(credential: string): Promise<string> {
    const hash = hashOf(credential);
    const known = this.#hosts.get(hash);
    if (known !== undefined) return known;
    const row = await this.#storage.read((reader) =>
      reader
        .tables<EngineTables>()
        .selectFrom('host')
        .select('name')
        .where('credential_hash', '=', hash)
        .executeTakeFirst(),
    );
    if (!row) {
      throw new CoreError(
        'unauthenticated',
        'The credential of this agent is not valid any more; join again.',
      );
    }
    this.#hosts.set(hash, row.name);
    return row.name;
  }
}
