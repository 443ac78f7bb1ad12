import type { RouterMeasures } from '../../engine/router-protocol.ts';

/** What was counted of one pool behind one host name in one interval. */
export type Measure = RouterMeasures['measures'][number];

type Counter = { -readonly [Key in keyof Measure]: Measure[Key] };

/** Intervals begin at whole ten seconds of wall clock. */
export const intervalMilliseconds = 10_000;
/** The most counters that are kept while no server takes them; the oldest go first. */
const mostKept = 20_000;

/** Counts requests until they are taken for a report. */
export class Measures {
  readonly #now: () => number;
  /** In order of their intervals. */
  #counters = new Map<string, Counter>();
  /** Those of the newest interval by host name and pool: they are looked up with every request. */
  readonly #newest = new Map<string, Map<string, Counter>>();
  #newestAt = 0;
  #totals = new Map<string, { host: string; pool: string; requests: number; errors: number }>();

  /** `now` is epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** One request, from its head to the answer's head. */
  count(host: string, pool: string, milliseconds: number, isError: boolean): void {
    // Read once: two readings may lie on both sides of a millisecond.
    const now = this.#now();
    const at = now - (now % intervalMilliseconds);
    if (at !== this.#newestAt) this.#newest.clear();
    this.#newestAt = at;
    const counter = this.#newest.get(host)?.get(pool) ?? this.#counterOf(at, host, pool);
    counter.requests += 1;
    counter.milliseconds += milliseconds;
    if (isError) counter.errors += 1;
  }

  /** At most `most` counters, the oldest first; what is counted from now on is told later, also of the same interval. */
  take(most: number): Measure[] {
    const taken: Measure[] = [];
    this.#newest.clear();
    for (const [key, counter] of this.#counters) {
      if (taken.length === most) break;
      this.#counters.delete(key);
      this.#addToTotals(counter);
      taken.push({ ...counter, milliseconds: Math.round(counter.milliseconds) });
    }
    return taken;
  }

  /** All that was counted since the start, for one's own eyes. */
  totals(): { host: string; pool: string; requests: number; errors: number }[] {
    const totals = new Map([...this.#totals].map(([key, total]) => [key, { ...total }]));
    for (const counter of this.#counters.values()) addTo(totals, counter);
    return [...totals.values()];
  }

  #counterOf(at: number, host: string, pool: string): Counter {
    const key = `${at} ${host} ${pool}`;
    let counter = this.#counters.get(key);
    if (!counter) {
      counter = { host, pool, at, requests: 0, errors: 0, milliseconds: 0 };
      this.#counters.set(key, counter);
      if (this.#counters.size > mostKept) this.#dropOldest();
    }
    const ofHost = this.#newest.get(host);
    if (ofHost) ofHost.set(pool, counter);
    else this.#newest.set(host, new Map([[pool, counter]]));
    return counter;
  }

  #addToTotals(counter: Measure): void {
    addTo(this.#totals, counter);
    // Pools come and go with deployments: those not heard of for longest are forgotten.
    if (this.#totals.size > mostKept) this.#totals.delete(this.#totals.keys().next().value as string);
  }

  #dropOldest(): void {
    const [key, counter] = this.#counters.entries().next().value as [string, Measure];
    this.#counters.delete(key);
    this.#newest.clear();
    this.#addToTotals(counter);
  }
}

function addTo(
  totals: Map<string, { host: string; pool: string; requests: number; errors: number }>,
  { host, pool, requests, errors }: Measure,
): void {
  const key = `${host} ${pool}`;
  const total = totals.get(key) ?? { host, pool, requests: 0, errors: 0 };
  total.requests += requests;
  total.errors += errors;
  totals.set(key, total);
}
