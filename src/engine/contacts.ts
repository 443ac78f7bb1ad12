import type { Logger } from 'pino';
import type { Storage } from '../storage/index.ts';
import type { HostEvent } from './host-directory.ts';
import type { Liveness } from './liveness.ts';
import type { EngineTables } from './tables.ts';

interface Contact {
  /** What the host's row says: this server and this version; undefined while it is not written. */
  written: string | undefined;
  version: string;
  up: boolean;
}

/**
 * Which agents call this server. A host's row is written when its agent comes, goes or changes its version, all of a
 * tick in one unit, and never for a poll.
 */
export class Contacts {
  readonly #storage: Storage;
  readonly #liveness: Liveness;
  readonly #serverId: string;
  readonly #log: Logger;
  readonly #contacts = new Map<string, Contact>();
  readonly #changed = new Set<string>();
  readonly #listeners = new Set<(event: HostEvent) => void>();

  constructor(parts: { storage: Storage; log: Logger }, liveness: Liveness, serverId: string) {
    this.#storage = parts.storage;
    this.#log = parts.log;
    this.#liveness = liveness;
    this.#serverId = serverId;
  }

  hear(host: string, version: string): void {
    const contact = this.#contacts.get(host) ?? { written: undefined, version, up: true };
    contact.version = version;
    this.#contacts.set(host, contact);
    if (contact.written !== version) this.#changed.add(host);
    if (!contact.up) {
      contact.up = true;
      this.tell({ kind: 'returned', host });
    }
  }

  forget(host: string): void {
    this.#contacts.delete(host);
    this.#changed.delete(host);
    this.#liveness.forget(host);
  }

  subscribe(listener: (event: HostEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: HostEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error({ err: error, host: event.host }, 'a listener for hosts failed');
      }
    }
  }

  /** Writes who came, went or changed; tells who went. */
  async flush(): Promise<void> {
    const gone: string[] = [];
    for (const [host, contact] of this.#contacts) {
      if (contact.up && !this.#liveness.upHere(host)) gone.push(host);
    }
    const came = [...this.#changed];
    this.#changed.clear();
    if (gone.length === 0 && came.length === 0) return;
    try {
      await this.#write(came, gone);
    } catch (error) {
      for (const host of came) this.#changed.add(host);
      throw error;
    }
    await this.#tellGone(gone);
  }

  async #write(came: readonly string[], gone: readonly string[]): Promise<void> {
    const versions = new Map<string, string[]>();
    for (const host of came) {
      const version = this.#contacts.get(host)?.version ?? '';
      versions.set(version, [...(versions.get(version) ?? []), host]);
    }
    await this.#storage.write(async (unit) => {
      for (const [version, hosts] of versions) {
        const change = { server: this.#serverId, heard_at: unit.now, agent_version: version };
        for (let from = 0; from < hosts.length; from += 500) {
          await unit
            .tables<EngineTables>()
            .updateTable('host')
            .set(change)
            .where('name', 'in', hosts.slice(from, from + 500))
            .execute();
        }
      }
      for (const host of gone) {
        await unit
          .tables<EngineTables>()
          .updateTable('host')
          .set({ server: null, heard_at: this.#liveness.heardAt(host) ?? unit.now })
          .where('name', '=', host)
          .where('server', '=', this.#serverId)
          .execute();
      }
    });
    for (const [version, hosts] of versions) {
      for (const host of hosts) {
        const contact = this.#contacts.get(host);
        if (contact) contact.written = version;
      }
    }
  }

  /** A host that calls another server now has not gone. */
  async #tellGone(hosts: readonly string[]): Promise<void> {
    const up = await this.#storage.read((reader) => this.#liveness.up(reader, hosts));
    for (const host of hosts) {
      const contact = this.#contacts.get(host);
      if (!contact || this.#liveness.upHere(host)) continue;
      contact.written = undefined;
      if (up.has(host)) {
        this.forget(host);
      } else if (contact.up) {
        contact.up = false;
        this.tell({ kind: 'down', host });
      }
    }
  }
}
