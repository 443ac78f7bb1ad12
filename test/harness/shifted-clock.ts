import type { Clock } from '../../src/storage/index.ts';

/** The machine's clock, which a test can move forward: what was to be called until then is called at once. */
export class ShiftedClock implements Clock {
  readonly #waiting = new Set<Waiting>();
  #offset = 0;

  now(): number {
    return Date.now() + this.#offset;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const waiting: Waiting = { at: this.now() + milliseconds, callback, timer: undefined };
    this.#waiting.add(waiting);
    this.#arm(waiting);
    return () => this.#forget(waiting);
  }

  /** Lets so many milliseconds pass in a moment. Nothing that takes its time should be under way. */
  pass(milliseconds: number): void {
    this.#offset += milliseconds;
    for (const waiting of [...this.#waiting].sort((one, other) => one.at - other.at)) this.#arm(waiting);
  }

  #arm(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    waiting.timer = setTimeout(
      () => {
        this.#forget(waiting);
        waiting.callback();
      },
      Math.max(0, Math.min(waiting.at - this.now(), longestTimer)),
    );
    waiting.timer.unref();
  }

  #forget(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting);
  }
}

interface Waiting {
  readonly at: number;
  readonly callback: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** Of the platform, in milliseconds; a test is over long before. */
const longestTimer = 2 ** 31 - 1;
