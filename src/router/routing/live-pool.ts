import type { LiveBackend } from './live-backend.ts';

/** A pool behind one host name. Its backends change with the table, also for requests that already chose the pool. */
export class LivePool {
  readonly name: string;
  weight = 0;
  backends: readonly LiveBackend[] = [];
  #turn = 0;

  constructor(name: string) {
    this.name = name;
  }

  /**
   * The backend with the fewest requests, in turn among equals: one that hangs gathers no more than the others. Those
   * that lately refused connections come last; those in `tried` not at all.
   */
  pick(now: number, tried: readonly LiveBackend[]): LiveBackend | undefined {
    const { backends } = this;
    const first = this.#turn++ % Math.max(1, backends.length);
    let best: LiveBackend | undefined;
    let bestSuspect = false;
    for (let offset = 0; offset < backends.length; offset++) {
      const backend = backends[(first + offset) % backends.length] as LiveBackend;
      if (tried.includes(backend)) continue;
      const suspect = backend.isSuspect(now);
      if (
        best === undefined ||
        (bestSuspect && !suspect) ||
        (bestSuspect === suspect && backend.inFlight < best.inFlight)
      ) {
        best = backend;
        bestSuspect = suspect;
      }
    }
    return best;
  }
}
