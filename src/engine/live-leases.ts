import type { Clock } from '../storage/index.ts';

/** A lease as this server knows it. */
export interface LiveLease {
  readonly hostRunId: number;
  readonly fencingToken: number;
  readonly host: string;
  readonly rollout: number;
  readonly rolloutId: string;
  /** How many steps the host run has; there is no output of others. */
  readonly steps: number;
  /** Values that must not appear in stored output. */
  readonly masked: readonly Uint8Array[];
  /** How long the streams are that came in through this server, by `<step>-<stream>`. */
  readonly lengths: Map<string, number>;
  /** False: some of its output may have come in before this server knew of it. */
  readonly givenHere: boolean;
  /** When its agent last named it to this server, or it was given. */
  namedAt: number;
  /** Held requests that name it. */
  open: number;
  /** Named since it was last written. */
  renewed: boolean;
}

/**
 * The leases that agents name to this server, in memory: naming one costs no writing; what was renewed is written now
 * and then, all at once. Other servers learn of a lease from its row.
 */
export class LiveLeases {
  readonly #clock: Clock;
  readonly #leases = new Map<number, LiveLease>();
  readonly #byHost = new Map<string, Set<LiveLease>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(lease: Omit<LiveLease, 'namedAt' | 'open' | 'renewed' | 'lengths'>): LiveLease {
    this.remove(lease.hostRunId);
    const live = { ...lease, lengths: new Map(), namedAt: this.#clock.now(), open: 0, renewed: false };
    this.#leases.set(lease.hostRunId, live);
    const ofHost = this.#byHost.get(lease.host) ?? new Set();
    this.#byHost.set(lease.host, ofHost.add(live));
    return live;
  }

  find(hostRunId: number, fencingToken: number): LiveLease | undefined {
    const lease = this.#leases.get(hostRunId);
    return lease?.fencingToken === fencingToken ? lease : undefined;
  }

  /** The leases that this server believes the host has. */
  ofHost(host: string): LiveLease[] {
    return [...(this.#byHost.get(host) ?? [])];
  }

  /** The agent has named the lease. */
  renew(lease: LiveLease): void {
    lease.namedAt = this.#clock.now();
    lease.renewed = true;
  }

  /** A held request names the lease until the returned function is called. */
  hold(lease: LiveLease): () => void {
    this.renew(lease);
    lease.open += 1;
    return () => {
      lease.open -= 1;
      this.renew(lease);
    };
  }

  remove(hostRunId: number): void {
    const lease = this.#leases.get(hostRunId);
    if (!lease) return;
    this.#leases.delete(hostRunId);
    const ofHost = this.#byHost.get(lease.host);
    ofHost?.delete(lease);
    if (ofHost?.size === 0) this.#byHost.delete(lease.host);
  }

  /** The host runs whose leases were named since the last call. */
  takeRenewed(): number[] {
    const renewed = [...this.#leases.values()].filter((lease) => lease.renewed || lease.open > 0);
    for (const lease of renewed) lease.renewed = false;
    return renewed.map((lease) => lease.hostRunId);
  }

  /** Whether the lease was named to this server within `milliseconds`. */
  namedWithin(hostRunId: number, milliseconds: number): boolean {
    const lease = this.#leases.get(hostRunId);
    return lease !== undefined && (lease.open > 0 || this.#clock.now() - lease.namedAt <= milliseconds);
  }
}
