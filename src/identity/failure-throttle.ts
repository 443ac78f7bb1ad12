import { CoreError } from '../errors/index.ts';
import type { Clock } from '../storage/index.ts';

interface Failures {
  count: number;
  readonly until: number;
}

/** Most callers that are remembered at once; the oldest are forgotten first. */
const rememberedCallers = 10_000;

/**
 * Refuses callers that failed to prove who they are too often in one window of time. It counts failures only, so
 * nobody who gives the right credential at the first try ever meets it.
 * @example const who = await throttle.attempt(`${address} ${name}`, () => byPassword(name, password));
 */
export class FailureThrottle {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #milliseconds: number;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock, { limit, milliseconds }: { limit: number; milliseconds: number }) {
    this.#clock = clock;
    this.#limit = limit;
    this.#milliseconds = milliseconds;
  }

  /** Throws `rate-limited` while `caller` has failed too often; call it before a credential is looked at. */
  check(caller: string): void {
    const failures = this.#live(caller);
    if (failures && failures.count >= this.#limit) {
      const seconds = Math.ceil((failures.until - this.#clock.now()) / 1000);
      throw new CoreError('rate-limited', `Too many failed attempts; try again in ${seconds} s`);
    }
  }

  /**
   * One attempt of `caller`; `prove` answers undefined or false for a wrong credential. It counts from its beginning,
   * so that of many at once no more get through than one after another. Throws `rate-limited` as `check` does.
   */
  async attempt<T>(caller: string, prove: () => Promise<T>): Promise<T> {
    this.check(caller);
    this.failed(caller);
    try {
      const proved = await prove();
      if (proved) this.succeeded(caller);
      return proved;
    } catch (error) {
      // Nobody looked at the credential: the database was away, or there were too many others.
      const failures = this.#live(caller);
      if (failures && failures.count > 0) failures.count--;
      throw error;
    }
  }

  /** Counts one failure; the window begins with the first. */
  failed(caller: string): void {
    const failures = this.#live(caller);
    if (failures) {
      failures.count++;
      return;
    }
    this.#failures.delete(caller);
    if (this.#failures.size >= rememberedCallers) {
      const oldest = this.#failures.keys().next();
      if (!oldest.done) this.#failures.delete(oldest.value);
    }
    this.#failures.set(caller, { count: 1, until: this.#clock.now() + this.#milliseconds });
  }

  /** Forgets the failures of a caller that has proved itself. */
  succeeded(caller: string): void {
    this.#failures.delete(caller);
  }

  #live(caller: string): Failures | undefined {
    const failures = this.#failures.get(caller);
    return failures && failures.until > this.#clock.now() ? failures : undefined;
  }
}
