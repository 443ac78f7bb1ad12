import type { Reader, Unit } from '../storage/index.ts';
import type { StoredFile } from './entries.ts';
import type { Recipe } from './recipe.ts';

/** `waiting → processing → done | failed`; a try that failed for now goes back to `waiting`. */
export type TaskState = 'waiting' | 'processing' | 'done' | 'failed';

/** A file by its names, as a task remembers it. */
export interface NamedFile {
  readonly id: string;
  readonly name: string;
  readonly path: string;
}

/** A recipe for one file, or a removal; it outlives restarts and stays readable for 30 days after its end. */
export interface Task {
  /** A UUID. */
  readonly id: string;
  readonly library: string;
  readonly kind: 'derive' | 'remove';
  readonly state: TaskState;
  /** Tries after the first one; a restart of the server in the middle begins a new try. */
  readonly retries: number;
  readonly queuedAt: number;
  readonly endedAt: number | null;
  /** The recipe's name, null for a removal. */
  readonly recipe: string | null;
  /** The file that the recipe works on; null for a removal. */
  readonly source: NamedFile | null;
  /** Where the (first) result goes; null for a removal. */
  readonly target: { readonly name: string; readonly path: string } | null;
  /** Why it failed. */
  readonly reason: string | null;
  /** What it made. */
  readonly results: readonly NamedFile[];
  /** Whether a file was replaced. */
  readonly replaced: boolean;
  /** What its owner gave with it. */
  readonly note: unknown;
}

/** A recipe to be run later. */
export interface TaskRequest {
  readonly source: StoredFile;
  /** The recipe's name, which is part of what it makes. */
  readonly name: string;
  /** A copy is kept with the task. */
  readonly recipe: Recipe;
  /** JSON that stays with the task for its owner. */
  readonly note?: unknown;
}

/** The queue of recipes: started in order of enqueuing for each library, at most one at a time for one target. */
export interface Tasks {
  /** In the unit that makes it necessary; the answers are `waiting`, in the order of the requests. */
  enqueue(unit: Unit, requests: readonly TaskRequest[]): Promise<Task[]>;
  byId(reader: Reader, library: string, id: string): Promise<Task | undefined>;
  /** `waiting` and `processing` tasks of a library. */
  openCount(reader: Reader, library: string, kind: Task['kind']): Promise<number>;
  /** Calls `listener` in the unit in which a task ends (`done`, `failed`); it writes only its own rows and work. */
  onEnd(listener: (unit: Unit, task: Task) => Promise<void>): void;
}
