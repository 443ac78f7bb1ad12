import type { Storage } from '../storage/index.ts';
import type { Driver } from './driver.ts';
import { pokeAll } from './input-poke.ts';
import type { EngineTiming } from './parts.ts';
import type { EngineTables } from './tables.ts';

/**
 * The server processes. There is no leader: each gives a sign of life, and takes over the rollouts of one that gave
 * none for a while. What the loss means is in the rollout's plan.
 */
export class Servers {
  readonly #storage: Storage;
  readonly #timing: EngineTiming;
  readonly #serverId: string;
  readonly #driver: Driver;

  constructor(storage: Storage, timing: EngineTiming, serverId: string, driver: Driver) {
    this.#storage = storage;
    this.#timing = timing;
    this.#serverId = serverId;
    this.#driver = driver;
  }

  /** Whether other servers may share the database. */
  get hasPeers(): boolean {
    return this.#storage.flavor.engine === 'postgres';
  }

  async start(): Promise<void> {
    await this.#storage.write(async (unit) => {
      // The embedded database has one server: whoever else is listed was killed.
      if (!this.hasPeers) await unit.tables<EngineTables>().deleteFrom('engine_server').execute();
      await unit
        .tables<EngineTables>()
        .insertInto('engine_server')
        .values({ id: this.#serverId, heard_at: unit.now })
        .execute();
    });
  }

  /** Others take over at once. */
  async stop(): Promise<void> {
    await this.#storage.write((unit) =>
      unit.tables<EngineTables>().deleteFrom('engine_server').where('id', '=', this.#serverId).execute(),
    );
  }

  /** A sign of life; needless while nobody else looks. */
  async renew(): Promise<void> {
    if (!this.hasPeers) return;
    await this.#storage.write(async (unit) => {
      const heard_at = unit.now;
      await unit
        .tables<EngineTables>()
        .insertInto('engine_server')
        .values({ id: this.#serverId, heard_at })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ heard_at }))
        .execute();
      await unit
        .tables<EngineTables>()
        .deleteFrom('engine_server')
        .where('heard_at', '<', unit.now - this.#timing.serverLost)
        .execute();
    });
  }

  /** Takes over the live rollouts of servers that are gone. */
  async adopt(): Promise<void> {
    const orphans = await this.#storage.read((reader) =>
      reader
        .tables<EngineTables>()
        .selectFrom('rollout')
        .select('number')
        .where('live', '=', 1)
        .where('driver', 'not in', (servers) => servers.selectFrom('engine_server').select('id'))
        .orderBy('number')
        .execute(),
    );
    await Promise.all(orphans.map(({ number }) => this.#driver.submit(number, this.#takeOver())));
  }

  /** Looks at all rollouts of this server again, after words about them were lost with the database. */
  async lookAgain(): Promise<void> {
    const mine = await this.#storage.read((reader) =>
      reader
        .tables<EngineTables>()
        .selectFrom('rollout')
        .select('number')
        .where('live', '=', 1)
        .where('driver', '=', this.#serverId)
        .execute(),
    );
    await Promise.all(mine.map(({ number }) => this.#driver.submit(number, pokeAll())));
  }

  #takeOver() {
    return {
      run: async (session: Parameters<ReturnType<typeof pokeAll>['run']>[0]) => {
        const { row, unit } = session;
        const living = await unit
          .tables<EngineTables>()
          .selectFrom('engine_server')
          .select('id')
          .where('id', '=', row.driver)
          .executeTakeFirst();
        if (living || row.live === 0) return;
        row.driver = this.#serverId;
        session.rolloutDirty = true;
        await session.feed({ kind: 'server-lost', at: unit.now });
        await pokeAll().run(session);
      },
    };
  }
}
