import type { Storage, Unit } from '../../storage/index.ts';

const channel = 'nhn-image-manager.service';
type Listener = () => void;

/**
 * Tells, after the commit, that some service or one of its recipes is another than before: here at once, in other
 * replicas a moment later.
 */
export class ServiceNews {
  readonly #storage: Pick<Storage, 'listen'>;
  readonly #listeners = new Set<Listener>();

  constructor(storage: Pick<Storage, 'listen'>) {
    this.#storage = storage;
  }

  /** In the unit that changes it. */
  tell(unit: Unit): void {
    unit.afterCommit(() => {
      for (const listener of this.#listeners) listener();
    });
    unit.notify(channel, '');
  }

  /** Calls `listener` after every change, and when one may have been missed; for the life of the process. */
  listen(listener: Listener): void {
    this.#listeners.add(listener);
    this.#storage.listen(channel, listener);
  }
}
