import type { Unit } from '../storage/index.ts';
import type { Task } from './tasks.ts';

/** What shall be removed: folders with all they hold, and files, by their ids. */
export interface RemovalRequest {
  readonly library: string;
  readonly folders: readonly string[];
  readonly files: readonly string[];
  /** Also what recipes made of these files. What a folder holds goes with it in any case. */
  readonly withDerived: boolean;
  /** JSON that stays with the task for its owner. */
  readonly note?: unknown;
}

/** What became of the ids of a removal. */
export interface RemovalOutcome {
  /** The work that removes what was hidden; null when there is nothing to do. */
  readonly task: Task | null;
  readonly hidden: number;
  readonly alreadyHidden: number;
  readonly unknown: number;
  /** Whether the root was among the folders; it is never removed. */
  readonly root: boolean;
}

/** What else happens in the unit that hides an entry. */
export interface Alongside {
  readonly alongside?: (unit: Unit) => Promise<void>;
}

/**
 * Removes entries in two phases: hidden at once, with one mark a folder or file whatever the folder holds; then removed
 * in small units by work that goes on after a crash.
 */
export interface Removals {
  /** Hides the entries in this unit and enqueues the task that removes them. */
  enqueue(unit: Unit, request: RemovalRequest): Promise<RemovalOutcome>;
  /**
   * Hides a folder or file and removes it before it resolves; after a crash in between work finishes it. `alongside`
   * runs in the unit that hides it, which is the one that decides. Throws
   * `unknown`, `being-removed`, `root`, and `too-many` for a folder with more than `limit` entries below it.
   */
  removeFolder(library: string, id: string, options: { limit: number } & Alongside): Promise<void>;
  removeFile(library: string, id: string, options: { withDerived: boolean } & Alongside): Promise<void>;
  /** Removes every file that the recipe of this name made; answers how many. */
  removeDerivedBy(library: string, recipe: string): Promise<number>;
  /** Hides all that the root holds and enqueues the task that removes it; null when there is nothing. */
  enqueueAll(unit: Unit, library: string, note?: unknown): Promise<Task | null>;
}
