import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../storage/index.ts';

const lifetimeMilliseconds = 60_000;
const mostEntries = 20_000;

/**
 * What was read or verified a moment ago: at most 60 s old, and forgotten as a whole when anything about principals
 * changes. Secrets stand in it only as HMACs under a key of this process.
 */
export class Memory {
  readonly #clock: Clock;
  readonly #key = randomBytes(32);
  #entries = new Map<string, { value: unknown; until: number }>();
  #reading = new Map<string, Promise<unknown>>();
  #generation = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A name for a secret that tells nothing about it. */
  nameOf(...secretParts: readonly string[]): string {
    const hmac = createHmac('sha256', this.#key);
    for (const part of secretParts) hmac.update(`${part.length}:${part}`);
    return hmac.digest('base64');
  }

  /**
   * What is remembered under `name`, or what `read` finds, remembered unless it is undefined or something changed while it
   * was read. Callers of one `group` who ask for one name at once share one reading, and its error.
   */
  async recall<T>(name: string, read: () => Promise<T | undefined>, group = ''): Promise<T | undefined> {
    const found = this.#entries.get(name);
    const now = this.#clock.now();
    if (found && found.until > now) return found.value as T;
    const asked = `${name} ${group}`;
    const shared = this.#reading.get(asked);
    if (shared) return shared as Promise<T | undefined>;
    const readings = this.#reading;
    const reading = this.#remembered(name, read).finally(() => readings.delete(asked));
    readings.set(asked, reading);
    return reading;
  }

  async #remembered<T>(name: string, read: () => Promise<T | undefined>): Promise<T | undefined> {
    const generation = this.#generation;
    const until = this.#clock.now() + lifetimeMilliseconds;
    const value = await read();
    if (value !== undefined && generation === this.#generation) {
      if (this.#entries.size >= mostEntries) this.#entries = new Map();
      this.#entries.set(name, { value, until });
    }
    return value;
  }

  forget(): void {
    this.#generation++;
    this.#entries = new Map();
    // What is being read now may be what was; who asks from here on reads again.
    this.#reading = new Map();
  }
}
