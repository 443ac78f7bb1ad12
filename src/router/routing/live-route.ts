import type { RoutingEntry } from '../../engine/router-protocol.ts';
import { Deck } from './deck.ts';
import { type BackendEvents, LiveBackend } from './live-backend.ts';
import { LivePool } from './live-pool.ts';

/** One host name, over all changes of its entry. */
export class LiveRoute {
  readonly #random: () => number;
  readonly #events: BackendEvents;
  #pools = new Map<string, LivePool>();
  #dealt: readonly LivePool[] = [];
  #weights = '';
  #deck: Deck;
  #entry: RoutingEntry;
  /** Backends that get no requests any more and are not through with those they have. */
  #stale: LiveBackend[] = [];

  constructor(host: string, random: () => number, events: BackendEvents) {
    this.#entry = { host, pools: [], whenEmpty: '' };
    this.#random = random;
    this.#deck = new Deck([], random);
    this.#events = events;
  }

  get host(): string {
    return this.#entry.host;
  }

  /** The entry that it follows, as it came. */
  get entry(): RoutingEntry {
    return this.#entry;
  }

  /** The pool of the next request; undefined when nobody serves this host name. */
  choose(): LivePool | undefined {
    const index = this.#deck.deal();
    return index === undefined ? undefined : this.#dealt[index];
  }

  /** New requests follow `entry` from now on, as of this version of the table. */
  follow(entry: RoutingEntry, version: number): void {
    const pools = new Map<string, LivePool>();
    const known = new Map<string, LiveBackend>();
    for (const pool of this.#pools.values()) {
      for (const backend of pool.backends) known.set(backendKey(pool.name, backend), backend);
    }
    // One that comes back while it still has requests of before goes on with them.
    for (const pool of this.#pools.values()) pool.backends = [];
    const current = new Set<LiveBackend>();
    for (const { pool: name, weight, backends } of entry.pools) {
      const pool = this.#pools.get(name) ?? new LivePool(name);
      pool.weight = weight;
      pool.backends = backends.map((wanted) => {
        const backend =
          known.get(backendKey(name, wanted)) ??
          this.#stale.find((old) => isSame(old, wanted)) ??
          new LiveBackend(wanted, this.#events);
        current.add(backend);
        if (weight > 0) backend.staleSince = undefined;
        else this.#retire(backend, version);
        return backend;
      });
      pools.set(name, pool);
    }
    for (const backend of known.values()) if (!current.has(backend)) this.#retire(backend, version);
    this.#stale = [...new Set([...this.#stale, ...known.values()])].filter(
      (backend) => backend.staleSince !== undefined && backend.inFlight > 0,
    );
    this.#pools = pools;
    this.#entry = entry;
    this.#dealAgain(entry);
  }

  /** The first version that let requests in flight go nowhere new; undefined when there are none. */
  staleSince(): number | undefined {
    this.#stale = this.#stale.filter((backend) => backend.staleSince !== undefined && backend.inFlight > 0);
    // A request that was on its way when the weights changed may have moved on to another backend of its pool.
    const current = [...this.#pools.values()].flatMap((pool) => pool.backends);
    let oldest: number | undefined;
    for (const { staleSince, inFlight } of [...this.#stale, ...current]) {
      if (staleSince !== undefined && inFlight > 0) oldest = Math.min(oldest ?? staleSince, staleSince);
    }
    return oldest;
  }

  #retire(backend: LiveBackend, version: number): void {
    backend.staleSince ??= version;
    backend.closeIdle();
  }

  /** The deck in hand is dealt to its end while the weights stay: instances come and go without a new one. */
  #dealAgain(entry: RoutingEntry): void {
    const weights = JSON.stringify(entry.pools.map(({ pool, weight }) => [pool, weight]));
    this.#dealt = entry.pools.map(({ pool }) => this.#pools.get(pool) as LivePool);
    if (weights === this.#weights) return;
    this.#weights = weights;
    this.#deck = new Deck(
      entry.pools.map(({ weight }) => weight),
      this.#random,
    );
  }
}

function backendKey(pool: string, { instance, address, port }: Place): string {
  return JSON.stringify([pool, instance, address, port]);
}

function isSame(one: Place, other: Place): boolean {
  return one.instance === other.instance && one.address === other.address && one.port === other.port;
}

interface Place {
  readonly instance: string;
  readonly address: string;
  readonly port: number;
}
