import { CoreError } from '../errors/index.ts';
import type { Reader, Storage, Unit } from '../storage/index.ts';
import { channels } from './channels.ts';
import type { Contacts } from './contacts.ts';
import type { Host, HostDirectory, HostEvent } from './host-directory.ts';
import { hostNameMistake } from './host-name.ts';
import type { Instances } from './instances/index.ts';
import type { Liveness } from './liveness.ts';
import type { EngineTables, HostTable } from './tables.ts';

/** All hosts, their rows joined with what is known of their agents. */
export class Hosts implements HostDirectory {
  readonly #storage: Storage;
  readonly #liveness: Liveness;
  readonly #contacts: Contacts;
  readonly #instances: Instances;
  /** Told after the commit that forgets a host. */
  readonly #onRemoved: (host: string) => void;

  constructor(
    storage: Storage,
    liveness: Liveness,
    contacts: Contacts,
    instances: Instances,
    onRemoved: (host: string) => void,
  ) {
    this.#storage = storage;
    this.#liveness = liveness;
    this.#contacts = contacts;
    this.#instances = instances;
    this.#onRemoved = onRemoved;
  }

  list(): Promise<Host[]> {
    return this.#storage.read(async (reader) => {
      const rows = await reader
        .tables<EngineTables>()
        .selectFrom('host')
        .selectAll()
        .orderBy('name')
        .execute();
      return this.#view(reader, rows);
    });
  }

  async find(name: string, within?: Unit): Promise<Host | undefined> {
    const find = async (reader: Reader | Unit) => {
      const rows = await reader
        .tables<EngineTables>()
        .selectFrom('host')
        .selectAll()
        .where('name', '=', name)
        .execute();
      return (await this.#view(reader, rows))[0];
    };
    return within ? find(within) : this.#storage.read(find);
  }

  async up(names: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
    const up = await this.#storage.read((reader) => this.#liveness.up(reader, names));
    return new Map(names.map((name) => [name, up.has(name)]));
  }

  async declare(
    unit: Unit,
    host: { name: string; labels?: Readonly<Record<string, string>> },
  ): Promise<void> {
    const mistake = hostNameMistake(host.name);
    if (mistake !== undefined) throw new CoreError('invalid', `${mistake}.`, { path: 'name' });
    const known = await unit
      .tables<EngineTables>()
      .selectFrom('host')
      .select('labels')
      .where('name', '=', host.name)
      .executeTakeFirst();
    const labels = JSON.stringify({ ...JSON.parse(known?.labels ?? '{}'), ...host.labels });
    await unit
      .tables<EngineTables>()
      .insertInto('host')
      .values({ name: host.name, address: '', labels, platform: '', agent_version: '' })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ labels }))
      .execute();
  }

  async remove(unit: Unit, name: string): Promise<boolean> {
    const removed = await unit
      .tables<EngineTables>()
      .deleteFrom('host')
      .where('name', '=', name)
      .executeTakeFirst();
    if (removed.numDeletedRows === 0n) return false;
    await this.#instances.lose(unit, name);
    unit.notify(channels.hosts, name);
    unit.afterCommit(() => {
      this.#contacts.forget(name);
      this.#onRemoved(name);
      this.#contacts.tell({ kind: 'removed', host: name });
    });
    return true;
  }

  subscribe(listener: (event: HostEvent) => void): () => void {
    return this.#contacts.subscribe(listener);
  }

  async #view(reader: Reader | Unit, rows: readonly HostTable[]): Promise<Host[]> {
    const up = await this.#liveness.up(
      reader,
      rows.map((row) => row.name),
    );
    return rows.map((row) => ({
      name: row.name,
      address: row.address,
      labels: JSON.parse(row.labels),
      platform: row.platform,
      agentVersion: row.agent_version,
      joinedAt: row.joined_at ?? 0,
      lastHeardAt: this.#liveness.heardAt(row.name) ?? row.heard_at,
      up: up.has(row.name),
    }));
  }
}
