import type { Clock, Reader, Unit } from '../storage/index.ts';
import type { EngineTiming } from './parts.ts';
import type { EngineTables } from './tables.ts';

interface Heard {
  /** Epoch milliseconds of this server's clock. */
  at: number;
  /** Requests that the agent holds open here. */
  open: number;
}

/**
 * Which hosts are up. What this server hears is kept in memory, so that waiting agents cost no writing; other servers
 * learn from the host's row which server an agent calls.
 */
export class Liveness {
  readonly #clock: Clock;
  readonly #timing: EngineTiming;
  readonly #serverId: string;
  readonly #heard = new Map<string, Heard>();
  #startedAt: number;

  constructor(clock: Clock, timing: EngineTiming, serverId: string) {
    this.#clock = clock;
    this.#timing = timing;
    this.#serverId = serverId;
    this.#startedAt = clock.now();
  }

  /** The server begins to take calls. */
  restart(): void {
    this.#startedAt = this.#clock.now();
  }

  /** For a while after its start a server can't tell who is down. */
  get inGrace(): boolean {
    return this.#clock.now() - this.#startedAt < this.#timing.grace;
  }

  hear(host: string): void {
    const heard = this.#heard.get(host);
    if (heard) heard.at = this.#clock.now();
    else this.#heard.set(host, { at: this.#clock.now(), open: 0 });
  }

  /** The agent holds a request open until the returned function is called. */
  hold(host: string): () => void {
    this.hear(host);
    const heard = this.#heard.get(host) as Heard;
    heard.open += 1;
    return () => {
      heard.open -= 1;
      heard.at = this.#clock.now();
    };
  }

  forget(host: string): void {
    this.#heard.delete(host);
  }

  /** Heard by this server lately enough. */
  upHere(host: string, downAfter = this.#timing.downAfter): boolean {
    const heard = this.#heard.get(host);
    return heard !== undefined && (heard.open > 0 || this.#clock.now() - heard.at <= downAfter);
  }

  /** When this server last heard the host. */
  heardAt(host: string): number | undefined {
    const heard = this.#heard.get(host);
    return heard && (heard.open > 0 ? this.#clock.now() : heard.at);
  }

  /** All hosts that this server has heard. */
  hosts(): string[] {
    return [...this.#heard.keys()];
  }

  /** Which of `hosts` are up, as far as any server knows. A host that never joined is down. */
  async up(
    reader: Reader | Unit,
    hosts: readonly string[],
    downAfter = this.#timing.downAfter,
  ): Promise<Set<string>> {
    const up = new Set(hosts.filter((host) => this.upHere(host, downAfter)));
    const others = hosts.filter((host) => !up.has(host));
    const now = 'now' in reader ? reader.now : this.#clock.now();
    for (let from = 0; from < others.length; from += 500) {
      const rows = await reader
        .tables<EngineTables>()
        .selectFrom('host')
        .leftJoin('engine_server', 'engine_server.id', 'host.server')
        .select(['host.name', 'host.server', 'host.heard_at', 'engine_server.heard_at as server_heard_at'])
        .where('host.name', 'in', others.slice(from, from + 500))
        .where('host.joined_at', 'is not', null)
        .execute();
      for (const row of rows) {
        const elsewhere = row.server !== null && row.server !== this.#serverId;
        const heldElsewhere = elsewhere && now - (row.server_heard_at ?? 0) <= this.#timing.serverLost;
        const heardLately = elsewhere && now - (row.heard_at ?? 0) <= downAfter;
        if (this.inGrace || heldElsewhere || heardLately) up.add(row.name);
      }
    }
    return up;
  }
}
