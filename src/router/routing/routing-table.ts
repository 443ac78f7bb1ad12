import type {
  Backend,
  RouterPollAnswer,
  RouterPollRequest,
  RoutingEntry,
} from '../../engine/router-protocol.ts';
import type { BackendEvents } from './live-backend.ts';
import { LiveRoute } from './live-route.ts';

/** So many host names are told of by themselves, as the protocol has it. */
const mostNamed = 100;

/** A table as it is kept on disk. */
export interface StoredTable {
  readonly version: number;
  readonly routes: readonly RoutingEntry[];
}

/** What this router routes by: the newest table that the server told it, in use for every new request at once. */
export class RoutingTable {
  readonly #routes = new Map<string, LiveRoute>();
  /** Host names that are forgotten and still have requests. */
  #leaving: LiveRoute[] = [];
  readonly #random: () => number;
  #version = 0;
  /** Called when requests have ended that began under an older table. */
  onDrained: () => void = () => {};
  /** Called when a request found nobody who accepted a connection. */
  onSuspect: (backend: Backend) => void = () => {};
  readonly #events: BackendEvents = {
    onEmpty: () => this.onDrained(),
    onSuspect: (backend) => this.onSuspect(backend),
  };

  constructor(random: () => number) {
    this.#random = random;
  }

  /** 0 before the first table. */
  get version(): number {
    return this.#version;
  }

  /** The route of a host name in lower case, without port. */
  find(host: string): LiveRoute | undefined {
    return this.#routes.get(host);
  }

  /**
   * `drained`: no request is in flight any more that this version would not let begin. One that goes on where the newest
   * table would send it, too, holds nothing up: its instance stays. `draining`: the host names that have others.
   */
  get progress(): Required<Pick<RouterPollRequest, 'drained' | 'draining'>> {
    this.#leaving = this.#leaving.filter((route) => route.staleSince() !== undefined);
    const draining: { host: string; since: number }[] = [];
    let drained = this.#version;
    for (const route of [...this.#routes.values(), ...this.#leaving]) {
      const since = route.staleSince();
      if (since === undefined) continue;
      drained = Math.min(drained, since - 1);
      if (draining.length < mostNamed) draining.push({ host: route.host, since });
    }
    return { drained, draining };
  }

  /** The one number of `progress`. */
  get drained(): number {
    return this.progress.drained;
  }

  /** Takes over what the server says has changed; answers whether anything did. */
  apply({ version, complete, routes, removed }: RouterPollAnswer): boolean {
    if (version === this.#version && !complete && routes.length === 0 && removed.length === 0) return false;
    this.#version = version;
    const gone = new Set(removed);
    if (complete) {
      const all = new Set(routes.map(({ host }) => host));
      for (const host of this.#routes.keys()) if (!all.has(host)) gone.add(host);
    }
    for (const host of gone) this.#remove(host, version);
    for (const entry of routes) this.#follow(entry, version);
    return true;
  }

  /** For the disk. */
  stored(): StoredTable {
    return { version: this.#version, routes: [...this.#routes.values()].map(({ entry }) => entry) };
  }

  #follow(entry: RoutingEntry, version: number): void {
    let route = this.#routes.get(entry.host);
    if (!route) {
      route = this.#leaving.find(({ host }) => host === entry.host);
      route ??= new LiveRoute(entry.host, this.#random, this.#events);
      this.#leaving = this.#leaving.filter((leaving) => leaving !== route);
      this.#routes.set(entry.host, route);
    }
    // A complete table repeats what is known already.
    if (JSON.stringify(route.entry) !== JSON.stringify(entry)) route.follow(entry, version);
  }

  #remove(host: string, version: number): void {
    const route = this.#routes.get(host);
    if (!route) return;
    this.#routes.delete(host);
    route.follow({ host, pools: [], whenEmpty: '' }, version);
    if (route.staleSince() !== undefined) this.#leaving.push(route);
  }
}
