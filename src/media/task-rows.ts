import type { Reader, Unit } from '../storage/index.ts';
import { splitPath } from './paths.ts';
import type { MediaTables, TaskRow } from './tables.ts';
import type { NamedFile, Task } from './tasks.ts';

/** A row as the library's callers see it. */
export function taskOf(row: TaskRow): Task {
  return {
    id: row.id,
    library: row.library,
    kind: row.kind,
    state: row.state,
    retries: row.retries,
    queuedAt: row.queued_at,
    endedAt: row.ended_at,
    recipe: row.recipe,
    source:
      row.source_id === null || row.source_path === null
        ? null
        : { id: row.source_id, name: splitPath(row.source_path).name, path: row.source_path },
    target:
      row.target_path === null ? null : { name: splitPath(row.target_path).name, path: row.target_path },
    reason: row.reason,
    results: JSON.parse(row.results) as NamedFile[],
    replaced: row.replaced === 1,
    note: JSON.parse(row.note),
  };
}

/** A new row; what is not given is null. */
export function newTask(
  unit: Unit,
  task: Pick<TaskRow, 'id' | 'library' | 'kind'> & { note: unknown } & Partial<
      Pick<TaskRow, 'recipe' | 'recipe_json' | 'source_id' | 'source_path' | 'target_path'>
    >,
): TaskRow {
  return {
    recipe: null,
    recipe_json: null,
    source_id: null,
    source_path: null,
    target_path: null,
    ...task,
    state: 'waiting',
    retries: 0,
    reason: null,
    results: '[]',
    replaced: 0,
    note: JSON.stringify(task.note ?? null),
    queued_at: unit.now,
    ended_at: null,
  };
}

/** A task's row by its id. */
export function readTaskRow(reader: Reader, id: string): Promise<TaskRow | undefined> {
  return reader
    .tables<MediaTables>()
    .selectFrom('media_task')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
}

/** How a task ended. */
export interface TaskEnd {
  readonly state: 'done' | 'failed';
  readonly reason?: string;
  readonly results?: readonly NamedFile[];
  readonly replaced?: boolean;
}

/** Who hears of ended tasks, in the unit of their end. */
export class TaskEnds {
  readonly #listeners: ((unit: Unit, task: Task) => Promise<void>)[] = [];

  listen(listener: (unit: Unit, task: Task) => Promise<void>): void {
    this.#listeners.push(listener);
  }

  /** Ends a task that has not ended; a second end changes nothing. */
  async write(unit: Unit, id: string, end: TaskEnd): Promise<void> {
    const row = await unit
      .tables<MediaTables>()
      .updateTable('media_task')
      .set({
        state: end.state,
        reason: end.reason ?? null,
        results: JSON.stringify(end.results ?? []),
        replaced: end.replaced ? 1 : 0,
        ended_at: unit.now,
      })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (row) for (const listener of this.#listeners) await listener(unit, taskOf(row));
  }
}

/** Notes that a try of a task began (or waits for its next one). */
export async function writeTaskTry(
  unit: Unit,
  id: string,
  now: { state: 'waiting' | 'processing'; retries: number },
): Promise<void> {
  await unit
    .tables<MediaTables>()
    .updateTable('media_task')
    .set(now)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}
