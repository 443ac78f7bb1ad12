import type { Storage } from '../storage/index.ts';
import { Session } from './session.ts';
import type { SessionContext } from './session-context.ts';
import { flush } from './session-flush.ts';

/** Something to be decided about a rollout. */
export interface Input<Result> {
  /** Host runs that it concerns, so that those of many inputs are read at once. */
  readonly hostRuns?: readonly number[];
  /** May run again when the unit is repeated; undefined session: there is no such rollout. */
  run(session: Session): Promise<Result>;
}

interface Entry {
  readonly input: Input<unknown>;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** Most inputs of one unit: bounds how long others wait for the writer. */
const most = 256;

/**
 * Brings inputs and rollouts together: inputs of one rollout that come while its last unit is under way are folded
 * into the next one, so that 500 agents of a rollout cost a few commits. Rollouts run beside each other.
 */
export class Driver {
  readonly #storage: Storage;
  readonly #context: SessionContext;
  readonly #inboxes = new Map<number, Entry[]>();
  readonly #running = new Set<Promise<void>>();

  constructor(storage: Storage, context: SessionContext) {
    this.#storage = storage;
    this.#context = context;
  }

  /** Resolves after the commit; with undefined when there is no such rollout. */
  submit<Result>(rollout: number, input: Input<Result>): Promise<Result | undefined> {
    return new Promise((resolve, reject) => {
      const entry: Entry = { input, resolve: resolve as Entry['resolve'], reject };
      const inbox = this.#inboxes.get(rollout);
      if (inbox) {
        inbox.push(entry);
        return;
      }
      this.#inboxes.set(rollout, [entry]);
      const run = this.#drain(rollout).finally(() => this.#running.delete(run));
      this.#running.add(run);
    });
  }

  /** When everything submitted so far has been answered. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #drain(rollout: number): Promise<void> {
    // One turn of the event loop, so that inputs of the same moment come together.
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      const inbox = this.#inboxes.get(rollout) ?? [];
      if (inbox.length === 0) {
        this.#inboxes.delete(rollout);
        return;
      }
      const entries = inbox.splice(0, most);
      try {
        await this.#unit(rollout, entries);
      } catch (error) {
        await this.#one(rollout, entries, error);
      }
    }
  }

  /** One bad input must not fail its neighbours. */
  async #one(rollout: number, entries: readonly Entry[], error: unknown): Promise<void> {
    if (entries.length === 1) {
      entries[0]?.reject(error);
      return;
    }
    for (const entry of entries) await this.#unit(rollout, [entry]).catch(entry.reject);
  }

  async #unit(rollout: number, entries: readonly Entry[]): Promise<void> {
    const results = await this.#storage.write(async (unit) => {
      const session = await Session.open(unit, this.#context, rollout);
      if (!session) return [];
      await session.preload(entries.flatMap((entry) => entry.input.hostRuns ?? []));
      const collected: unknown[] = [];
      for (const entry of entries) collected.push(await entry.input.run(session));
      await flush(session);
      return collected;
    });
    for (const [index, entry] of entries.entries()) entry.resolve(results[index]);
  }
}
