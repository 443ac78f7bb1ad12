import type { Logger } from 'pino';

type Listener = (payload: string | undefined) => void;

/** Who listens on which channel in this process. */
export class Notifier {
  readonly #log: Logger;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(log: Logger) {
    this.#log = log;
  }

  listen(channel: string, listener: Listener): () => void {
    // A wrapper each, so that one function may listen twice and leave once.
    const own: Listener = (payload) => listener(payload);
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(own));
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(channel) === listeners) this.#listeners.delete(channel);
    };
  }

  tell(channel: string, payload: string | undefined): void {
    for (const listener of [...(this.#listeners.get(channel) ?? [])]) this.#call(() => listener(payload));
  }

  /** Tells every listener that it may have missed something. */
  tellGap(): void {
    for (const channel of [...this.#listeners.keys()]) this.tell(channel, undefined);
  }

  /** Runs effects that must not throw; one that does is logged and hurts nobody else. */
  run(effects: readonly (() => void)[]): void {
    for (const effect of effects) this.#call(effect);
  }

  #call(effect: () => void): void {
    try {
      effect();
    } catch (error) {
      this.#log.error({ err: error }, 'an effect after a commit failed');
    }
  }
}
