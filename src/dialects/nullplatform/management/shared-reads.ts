import type { Clock } from '../../../storage/index.ts';

/** Who asks so soon after somebody else gets the same answer. */
const freshMilliseconds = 500;
/** What costs much to read is read for a tenth of the time at most. */
const pauseFactor = 10;

/**
 * Reads of what many follow at once: all who ask for one thing at about the same time share one read of it, so that a
 * thousand open pages cost what one does. A read that fails is not remembered.
 */
export class SharedReads<T> {
  readonly #clock: Clock;
  readonly #reads = new Map<string, Promise<T>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What `load` answers, or answered a moment ago to whoever asked for the same `key`. Throws what `load` throws. */
  read(key: string, load: () => Promise<T>): Promise<T> {
    const known = this.#reads.get(key);
    if (known) return known;
    const began = performance.now();
    const read = load();
    this.#reads.set(key, read);
    const forget = () => this.#reads.delete(key);
    read.then(() => {
      const cost = performance.now() - began;
      this.#clock.after(Math.max(freshMilliseconds, pauseFactor * cost), forget);
    }, forget);
    return read;
  }
}
