import type { Contacts } from './contacts.ts';
import type { Driver } from './driver.ts';
import { expire, lookForHost, loseHost } from './input-loss.ts';
import { due } from './input-poke.ts';
import type { LiveLeases } from './live-leases.ts';
import type { Liveness } from './liveness.ts';
import type { Offers } from './offers.ts';
import type { EngineParts, EngineTiming } from './parts.ts';
import type { LiveRouters } from './routers/index.ts';
import type { Servers } from './servers.ts';
import type { EngineTables } from './tables.ts';

/** What the watchman looks after. */
export interface WatchmanRooms {
  readonly parts: EngineParts;
  readonly timing: EngineTiming;
  readonly driver: Driver;
  readonly liveness: Liveness;
  readonly contacts: Contacts;
  readonly live: LiveLeases;
  readonly offers: Offers;
  readonly servers: Servers;
  readonly routers: LiveRouters;
}

/** A stage may not call a host down sooner (`downAfterSeconds`). */
const shortestDownAfter = 5_000;

/** Looks, tick by tick, for what happens by nobody calling: deadlines, leases that ran out, hosts and servers gone. */
export class Watchman {
  readonly #rooms: WatchmanRooms;
  #stopTimer: (() => void) | undefined;
  #round: Promise<void> = Promise.resolve();
  #renewedAt = 0;
  #stopped = false;
  /** Words were missed: everything of this server is looked at again. */
  #lookAgain = false;

  constructor(rooms: WatchmanRooms) {
    this.#rooms = rooms;
  }

  start(): void {
    this.#renewedAt = this.#rooms.parts.clock.now();
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopTimer?.();
    await this.#round;
  }

  /** At the next tick everything is looked at again. */
  missWords(): void {
    this.#lookAgain = true;
  }

  #schedule(): void {
    if (this.#stopped) return;
    const { clock, log } = this.#rooms.parts;
    this.#stopTimer = clock.after(this.#rooms.timing.tick, () => {
      this.#round = this.#tick()
        .catch((error) => {
          this.#lookAgain = true;
          log.error({ err: error }, 'a look for what is due failed; the next one follows');
        })
        .finally(() => this.#schedule());
    });
  }

  async #tick(): Promise<void> {
    const { contacts, offers, parts, routers, servers, timing } = this.#rooms;
    if (this.#lookAgain) {
      await servers.lookAgain();
      await offers.read();
      this.#lookAgain = false;
    }
    await contacts.flush();
    await routers.flush();
    await this.#findDue();
    await this.#findDown();
    if (parts.clock.now() - this.#renewedAt < timing.renewal) return;
    this.#renewedAt = parts.clock.now();
    await servers.renew();
    await this.#renewLeases();
    await this.#findLost();
    if (servers.hasPeers) await servers.adopt();
  }

  async #findDue(): Promise<void> {
    const { parts, driver } = this.#rooms;
    const rows = await parts.storage.read((reader) =>
      reader
        .tables<EngineTables>()
        .selectFrom('rollout')
        .select('number')
        .where('due_at', '<=', parts.clock.now())
        .execute(),
    );
    await Promise.all(rows.map((row) => driver.submit(row.number, due)));
  }

  /** Offers whose host isn't there to take them. */
  async #findDown(): Promise<void> {
    const { offers, liveness, driver, timing } = this.#rooms;
    if (liveness.inGrace) return;
    const silence = Math.min(shortestDownAfter, timing.downAfter);
    const silent = offers.hosts().filter((host) => !liveness.upHere(host, silence));
    const offered = silent.flatMap((host) => offers.of(host).map((offer) => ({ host, ...offer })));
    await Promise.all(
      offered.map(async ({ host, hostRun, rollout }) => {
        if (!(await driver.submit(rollout, lookForHost(hostRun)))) offers.remove(host, hostRun);
      }),
    );
  }

  /** Writes which leases are alive, so that other servers, and this one after a restart, know. */
  async #renewLeases(): Promise<void> {
    const { parts, live, timing } = this.#rooms;
    const renewed = live.takeRenewed();
    if (renewed.length === 0) return;
    await parts.storage.write(async (unit) => {
      for (let from = 0; from < renewed.length; from += 500) {
        await unit
          .tables<EngineTables>()
          .updateTable('host_run')
          .set({ lease_until: unit.now + timing.lease })
          .where('id', 'in', renewed.slice(from, from + 500))
          .where('phase', '=', 'leased')
          .execute();
      }
    });
  }

  async #findLost(): Promise<void> {
    const { parts, driver, liveness, live } = this.#rooms;
    if (liveness.inGrace) return;
    const rows = await parts.storage.read((reader) =>
      reader
        .tables<EngineTables>()
        .selectFrom('host_run')
        .select(['id', 'rollout'])
        .where('phase', '=', 'leased')
        .where('lease_until', '<', parts.clock.now())
        .execute(),
    );
    await Promise.all(rows.map((row) => driver.submit(row.rollout, expire(row.id, live))));
  }

  /** All leases of the host are worthless: it was removed, or its agent was replaced. */
  async loseHost(host: string, text: string): Promise<void> {
    const { parts, driver, live } = this.#rooms;
    const rows = await parts.storage.read((reader) =>
      reader
        .tables<EngineTables>()
        .selectFrom('host_run')
        .select(['id', 'rollout'])
        .where('host', '=', host)
        .where('phase', '=', 'leased')
        .where('rollout', 'in', (alive) => alive.selectFrom('rollout').select('number').where('live', '=', 1))
        .execute(),
    );
    for (const row of rows) live.remove(row.id);
    await Promise.all(rows.map((row) => driver.submit(row.rollout, loseHost(row.id, text))));
  }
}
