import type { Clock } from '../storage/index.ts';

/** Wakes one waiter. A ring that comes before the wait is not lost: the wait ends at once. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring, after `milliseconds`, or when `signal` aborts. */
  wait(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        stopTimer();
        signal?.removeEventListener('abort', done);
        this.#wake = undefined;
        this.#rung = false;
        resolve();
      };
      let stopTimer = () => {};
      if (this.#rung || signal?.aborted) {
        done();
        return;
      }
      stopTimer = clock.after(milliseconds, done);
      signal?.addEventListener('abort', done);
      this.#wake = done;
    });
  }
}
