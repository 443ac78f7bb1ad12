import type { Storage } from '../storage/index.ts';
import { Bell } from './bell.ts';
import { channels } from './channels.ts';

/** Rings the bells of those who wait for a rollout: any server's change, through one subscription. */
export class News {
  readonly #storage: Storage;
  readonly #bells = new Map<string, Set<(ended: boolean) => void>>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  listen(): () => void {
    return this.#storage.listen(channels.rollouts, (payload) => {
      if (payload === undefined) {
        this.ringAll();
        return;
      }
      const [id = '', ended] = payload.split(' ');
      for (const ring of this.#bells.get(id) ?? []) ring(ended === 'ended');
    });
  }

  /** Everybody reads again: words may have been missed, or the server stops. */
  ringAll(): void {
    for (const bells of this.#bells.values()) for (const ring of bells) ring(true);
  }

  /** A bell that rings when the rollout changes, or `endOnly` when it ends. To be taken before the first read. */
  bell(rolloutId: string, endOnly = false): { bell: Bell; release: () => void } {
    const bell = new Bell();
    const ring = (ended: boolean) => {
      if (ended || !endOnly) bell.ring();
    };
    const bells = this.#bells.get(rolloutId) ?? new Set();
    this.#bells.set(rolloutId, bells.add(ring));
    const release = () => {
      bells.delete(ring);
      if (bells.size === 0 && this.#bells.get(rolloutId) === bells) this.#bells.delete(rolloutId);
    };
    return { bell, release };
  }
}
