import type { Selectable } from 'kysely';
import type { Reader, Unit } from '../../storage/index.ts';
import { channels } from '../channels.ts';
import type { Liveness } from '../liveness.ts';
import type { EngineParts, EngineTiming } from '../parts.ts';
import type { RouterPollRequest } from '../router-protocol.ts';
import type { Router, RouteTables } from '../routes/index.ts';
import type { EngineTables } from '../tables.ts';

type Tables = RouteTables & EngineTables;
type RouterRow = Selectable<RouteTables['router']> & { server_heard_at: number | null };

interface Heard {
  at: number;
  /** Requests that the router holds open here. */
  open: number;
  /** How many there were. */
  calls: number;
  /** The last one broke off before it was answered. */
  isBroken: boolean;
  /** A process of its id was seen to end since. */
  hasEnded: boolean;
}

/** A router as the waiters see it. */
export interface KnownRouter extends Router {
  /** All requests that began under tables older than this version have ended. */
  readonly drained: number;
  /** As it tells them; undefined for one of an older version. */
  readonly draining: RouterPollRequest['draining'];
}

/**
 * Which routers are live. What this server hears is kept in memory, so that a waiting router costs no writing; its row
 * is written when it comes, goes, or applied or drained a version, and tells other servers whom it calls.
 */
export class LiveRouters {
  readonly #parts: EngineParts;
  readonly #timing: EngineTiming;
  readonly #serverId: string;
  /** For its grace after the start of this server. */
  readonly #liveness: Liveness;
  readonly #heard = new Map<string, Heard>();
  /** No router can call any more: their silence says nothing. */
  #isDeaf = false;

  constructor(parts: EngineParts, timing: EngineTiming, serverId: string, liveness: Liveness) {
    this.#parts = parts;
    this.#timing = timing;
    this.#serverId = serverId;
    this.#liveness = liveness;
  }

  /** The router holds a request open until the returned function is called, with whether it broke off. */
  hold(id: string): (isBroken: boolean) => void {
    const heard = this.#heard.get(id) ?? { at: 0, open: 0, calls: 0, isBroken: false, hasEnded: false };
    this.#heard.set(id, heard);
    heard.at = this.#parts.clock.now();
    heard.open += 1;
    heard.calls += 1;
    heard.hasEnded = false;
    const call = heard.calls;
    return (isBroken) => {
      heard.open -= 1;
      heard.at = this.#parts.clock.now();
      // A router gives a call up for a newer one: the end of the old one, which may be seen late, says nothing.
      if (call === heard.calls) heard.isBroken = isBroken && !this.#isDeaf;
    };
  }

  /**
   * Calls are refused from now on, while work goes on for as long as the server drains. A switch that took the routers
   * for gone meanwhile would end what they still send requests to.
   */
  hearNoMore(): void {
    this.#isDeaf = true;
  }

  /**
   * A process of its id has ended. That may have been a second one, which found the port or the folder taken: a call
   * that is still held shows that the router lives, and its row is left alone until that breaks off.
   */
  async end(id: string): Promise<void> {
    const heard = this.#heard.get(id);
    if (heard) heard.hasEnded = true;
    if (heard && heard.open > 0) return;
    await this.#parts.storage.write((unit) => this.#leave(unit, id, null));
  }

  /** Stores what a router says of itself, if that is new, before it is answered. */
  async note({ router: id, address, applied, drained, draining }: RouterPollRequest): Promise<void> {
    const { storage } = this.#parts;
    const behind = draining === undefined ? null : JSON.stringify(draining);
    const said = { address, applied, drained, draining: behind, server: this.#serverId };
    const fields = ['address', 'applied', 'drained', 'draining', 'server'] as const;
    const known = await storage.read((reader) =>
      reader.tables<Tables>().selectFrom('router').select(fields).where('id', '=', id).executeTakeFirst(),
    );
    if (known && fields.every((field) => known[field] === said[field])) return;
    await storage.write(async (unit) => {
      const row = { ...said, heard_at: unit.now };
      await unit
        .tables<Tables>()
        .insertInto('router')
        .values({ id, ...row, run: '', sequence: 0 })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
      unit.notify(channels.routers, id);
    });
  }

  /** All known routers, in order of id. */
  list(): Promise<KnownRouter[]> {
    return this.#parts.storage.read(async (reader) => {
      const rows = await readRouters(reader);
      return rows.map((row) => ({
        id: row.id,
        address: row.address,
        lastHeardAt: this.#heardAt(row.id) ?? row.heard_at,
        live: this.#isLive(row),
        applied: row.applied,
        drained: row.drained,
        draining: row.draining === null ? undefined : JSON.parse(row.draining),
      }));
    });
  }

  /** Writes which routers went. */
  async flush(): Promise<void> {
    const gone = [...this.#heard.keys()].filter((id) => !this.#isHeard(id));
    if (gone.length === 0) return;
    await this.#parts.storage.write(async (unit) => {
      for (const id of gone) await this.#leave(unit, id, null);
    });
    for (const id of gone) if (!this.#isHeard(id)) this.#heard.delete(id);
  }

  /** The server stops: its routers are on their way to another one, or wait for its return. */
  async stop(): Promise<void> {
    const ids = [...this.#heard.keys()];
    if (ids.length === 0) return;
    await this.#parts.storage.write(async (unit) => {
      for (const id of ids) await this.#leave(unit, id, this.#serverId);
    });
  }

  async #leave(unit: Unit, id: string, server: string | null): Promise<void> {
    await unit
      .tables<Tables>()
      .updateTable('router')
      .set({ server, heard_at: this.#heardAt(id) ?? unit.now })
      .where('id', '=', id)
      .where('server', '=', this.#serverId)
      .execute();
    unit.notify(channels.routers, id);
  }

  #isHeard(id: string): boolean {
    const heard = this.#heard.get(id);
    if (!heard) return false;
    const { routerBroken, routerGone } = this.#timing;
    if (heard.open > 0 || heard.hasEnded) return heard.open > 0;
    const silence = this.#parts.clock.now() - heard.at;
    if (heard.isBroken) return silence <= Math.min(routerBroken, routerGone);
    return this.#isDeaf || silence <= routerGone;
  }

  #heardAt(id: string): number | undefined {
    const heard = this.#heard.get(id);
    return heard && (heard.open > 0 ? this.#parts.clock.now() : heard.at);
  }

  #isLive(row: RouterRow): boolean {
    if (this.#isHeard(row.id)) return true;
    if (row.server === null || row.server === this.#serverId) return false;
    const now = this.#parts.clock.now();
    const isHeardElsewhere = now - (row.server_heard_at ?? 0) <= this.#timing.serverLost;
    // Its server is gone: it may still be on its way to this one.
    return isHeardElsewhere || this.#liveness.inGrace || now - row.heard_at <= this.#timing.routerGone;
  }
}

async function readRouters(reader: Reader): Promise<RouterRow[]> {
  return reader
    .tables<Tables>()
    .selectFrom('router')
    .leftJoin('engine_server', 'engine_server.id', 'router.server')
    .selectAll('router')
    .select('engine_server.heard_at as server_heard_at')
    .orderBy('router.id')
    .execute();
}
