import type { Storage, Unit } from '../storage/index.ts';
import type { MediaChange } from './media.ts';

const channel = 'media';
type Listener = (change: MediaChange | undefined) => void;

/**
 * Tells of changes after their commit. What this process wrote is told at once; with PostgreSQL a notification comes
 * later than the writer's answer, so it comes twice there.
 */
export class ChangeNews {
  readonly #storage: Storage;
  readonly #listeners = new Set<Listener>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Tells of a change when `unit` is committed. */
  tell(unit: Unit, change: MediaChange): void {
    unit.afterCommit(() => {
      for (const listener of this.#listeners) listener(change);
    });
    if (this.#storage.flavor.engine === 'postgres')
      unit.notify(channel, JSON.stringify([change.library, change.path, change.subtree]));
  }

  /** Calls `listener` until the answered function is called. */
  listen(listener: Listener): () => void {
    const own: Listener = (change) => listener(change);
    this.#listeners.add(own);
    const unlisten = this.#storage.listen(channel, (payload) => {
      if (payload === undefined) return own(undefined);
      const [library, path, subtree] = JSON.parse(payload) as [string, string, boolean];
      own({ library, path, subtree });
    });
    return () => {
      this.#listeners.delete(own);
      unlisten();
    };
  }
}
