import { pause, ServerRefusal } from '../../calls/index.ts';
import type { Backend, ReachOutcome, RouterReach } from '../../engine/router-protocol.ts';
import type { StoredTable } from '../routing/routing-table.ts';
import { tryConnection } from './try-connection.ts';

/** How often it is looked whether something is to be tried, in milliseconds. */
const usualPeriod = 1_000;
/** When one that did not answer is tried again, in milliseconds. */
const failedAgain = 10_000;
/** When one instance of each address is tried again, whatever was found, in milliseconds. */
const addressAgain = 30_000;
/** So many connections are tried at once. */
const atOnce = 32;
/** The most instances of one report. */
const mostReported = 500;

interface Known {
  readonly backend: Backend;
  outcome: ReachOutcome | undefined;
  /** Milliseconds of a steady clock. */
  triedAt: number;
  isTold: boolean;
}

/** What the watch needs of the router. */
export interface ReachParts {
  readonly router: string;
  readonly table: {
    readonly version: number;
    stored(): StoredTable;
    onSuspect: (backend: Backend) => void;
  };
  readonly send: (report: RouterReach) => Promise<void>;
  readonly stop: AbortSignal;
  /** Milliseconds between looks. Default 1 s. */
  readonly period?: number;
}

/**
 * Tries whether this router reaches the instances of its table, and tells the server what changed: each new one at
 * once, and one that a request did not reach; those that failed every 10 s, and of every address one in turn each 30 s.
 * So a thousand hosts cost 33 connections a second, and requests that arrive cost nothing.
 */
export class ReachWatch {
  readonly #parts: ReachParts;
  #known = new Map<string, Known>();
  /** When an instance of this address was tried last. */
  #addresses = new Map<string, number>();
  /** Those that requests did not reach since the last look. */
  #suspected = new Set<string>();
  #version = -1;
  /** The server is to forget what this router told before. */
  #isComplete = true;
  #isHeard = false;

  constructor(parts: ReachParts) {
    this.#parts = parts;
    parts.table.onSuspect = (backend) => this.#suspected.add(keyOf(backend));
  }

  /** The server answers, for the first time or again: it is told everything, since it may know nothing of it. */
  tellAll(): void {
    this.#isHeard = true;
    this.#isComplete = true;
    for (const known of this.#known.values()) known.isTold = false;
  }

  /** Until `stop` aborts. */
  async run(): Promise<void> {
    const { stop, period = usualPeriod } = this.#parts;
    while (!stop.aborted) {
      this.#follow();
      await this.#tryDue();
      if (!stop.aborted) await this.#tell();
      await pause(period, stop);
    }
  }

  /** What is no backend any more is forgotten; the server forgets it with its instance. */
  #follow(): void {
    const { table } = this.#parts;
    if (table.version === this.#version) return;
    this.#version = table.version;
    const before = this.#known;
    this.#known = new Map();
    for (const { pools } of table.stored().routes) {
      for (const backend of pools.flatMap(({ backends }) => backends)) {
        const key = keyOf(backend);
        const known = before.get(key) ?? { backend, outcome: undefined, triedAt: 0, isTold: false };
        this.#known.set(key, known);
      }
    }
    const addresses = new Set([...this.#known.values()].map(({ backend }) => backend.address));
    this.#addresses = new Map([...this.#addresses].filter(([address]) => addresses.has(address)));
  }

  async #tryDue(): Promise<void> {
    const due = this.#due(performance.now());
    for (let from = 0; from < due.length && !this.#parts.stop.aborted; from += atOnce) {
      await Promise.all(
        due.slice(from, from + atOnce).map(async (known) => {
          const outcome = await tryConnection(known.backend);
          known.triedAt = performance.now();
          this.#addresses.set(known.backend.address, known.triedAt);
          if (outcome !== known.outcome) known.isTold = false;
          known.outcome = outcome;
        }),
      );
    }
  }

  #due(now: number): Known[] {
    const due: Known[] = [];
    const oldest = new Map<string, Known>();
    const suspected = this.#suspected;
    this.#suspected = new Set();
    for (const [key, known] of this.#known) {
      const { outcome, triedAt, backend } = known;
      if (outcome === 'reached' && suspected.has(key)) due.push(known);
      else if (outcome === undefined || (outcome !== 'reached' && now - triedAt >= failedAgain))
        due.push(known);
      else if (outcome === 'reached' && triedAt < (oldest.get(backend.address)?.triedAt ?? now))
        oldest.set(backend.address, known);
    }
    for (const [address, known] of oldest) {
      if (now - (this.#addresses.get(address) ?? 0) >= addressAgain) due.push(known);
    }
    return due;
  }

  async #tell(): Promise<void> {
    const { router, send } = this.#parts;
    const news = [...this.#known.values()].filter(({ isTold, outcome }) => !isTold && outcome !== undefined);
    while (this.#isHeard && (this.#isComplete || news.length > 0)) {
      const told = news.splice(0, mostReported);
      const backends = told.map(({ backend, outcome }) => ({ ...backend, outcome: outcome as ReachOutcome }));
      const complete = this.#isComplete;
      this.#isComplete = false;
      for (const known of told) known.isTold = true;
      try {
        await send({ router, complete, backends });
      } catch (error) {
        // A server of an older version has no ear for this; one that is away is told when it is back.
        this.#isHeard = !(error instanceof ServerRefusal && error.status === 404);
        for (const known of told) known.isTold = false;
        this.#isComplete ||= complete;
        return;
      }
    }
  }
}

function keyOf({ instance, address, port }: Backend): string {
  return JSON.stringify([instance, address, port]);
}
