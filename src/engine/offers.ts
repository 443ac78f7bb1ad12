import type { Storage } from '../storage/index.ts';
import { channels, type Offer } from './channels.ts';
import type { EngineTables } from './tables.ts';

/** Host runs that wait for their agent, by host, and the requests that agents hold open: a new offer wakes its agent only. */
export class Offers {
  readonly #storage: Storage;
  readonly #offers = new Map<string, Map<number, number>>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Hears of offers and of what is to be cancelled; `lost` is called when words may have been missed. */
  listen(lost: () => void): () => void {
    const stopOffers = this.#storage.listen(channels.offers, (payload) => {
      if (payload === undefined) lost();
      else for (const offer of JSON.parse(payload) as Offer[]) this.add(offer);
    });
    const stopCancels = this.#storage.listen(channels.cancels, (payload) => {
      if (payload === undefined) for (const host of this.#waiting.keys()) this.wake(host);
      else for (const host of JSON.parse(payload) as string[]) this.wake(host);
    });
    return () => {
      stopOffers();
      stopCancels();
    };
  }

  /** Reads all offers; after a start, and after words were missed. */
  async read(): Promise<void> {
    const rows = await this.#storage.read((reader) =>
      reader
        .tables<EngineTables>()
        .selectFrom('host_run')
        .select(['host', 'id', 'rollout'])
        .where('phase', '=', 'offered')
        .execute(),
    );
    for (const { host, id, rollout } of rows) if (host !== null) this.add([host, id, rollout]);
  }

  add([host, hostRun, rollout]: Offer): void {
    const offers = this.#offers.get(host) ?? new Map<number, number>();
    this.#offers.set(host, offers.set(hostRun, rollout));
    this.wake(host);
  }

  remove(host: string, hostRun: number): void {
    const offers = this.#offers.get(host);
    offers?.delete(hostRun);
    if (offers?.size === 0) this.#offers.delete(host);
  }

  /** What is offered to the host, oldest first. */
  of(host: string): { hostRun: number; rollout: number }[] {
    return [...(this.#offers.get(host) ?? [])].map(([hostRun, rollout]) => ({ hostRun, rollout }));
  }

  /** All hosts that something is offered to. */
  hosts(): string[] {
    return [...this.#offers.keys()];
  }

  /** Calls `wake` at the next offer or cancel for the host. */
  wait(host: string, wake: () => void): () => void {
    const waiting = this.#waiting.get(host) ?? new Set();
    this.#waiting.set(host, waiting.add(wake));
    return () => {
      waiting.delete(wake);
      if (waiting.size === 0 && this.#waiting.get(host) === waiting) this.#waiting.delete(host);
    };
  }

  wake(host: string): void {
    for (const wake of [...(this.#waiting.get(host) ?? [])]) wake();
  }

  wakeAll(): void {
    for (const host of [...this.#waiting.keys()]) this.wake(host);
  }
}
