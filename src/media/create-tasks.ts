import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type CoreError, isCoreError } from '../errors/index.ts';
import type { Clock, Storage } from '../storage/index.ts';
import type { WorkQueue } from '../work/index.ts';
import { type DerivativesWithTasks, targetPath } from './create-derivatives.ts';
import { readFileById } from './file-rows.ts';
import type { Recipe } from './recipe.ts';
import type { MediaTables, TaskRow } from './tables.ts';
import { newTask, readTaskRow, type TaskEnds, taskOf, writeTaskTry } from './task-rows.ts';
import type { Tasks } from './tasks.ts';

const kind = 'media.derive';
const forgetKind = 'media.forget-tasks';
/** The first try and three more (contract nhn-image-manager 4.1). */
const mostTries = 4;
/** The pipeline gives a picture 30 s; the rest is waiting for a process and for the target. */
const trySeconds = 120;
const rowsAtOnce = 500;
const keptMilliseconds = 30 * 24 * 3_600_000;

/** How often ended tasks are looked through for old ones, in seconds. */
const forgetEverySeconds = 3_600;

/** The tasks over their table; registers their work. */
export function createTasks(parts: {
  storage: Storage;
  work: WorkQueue;
  clock: Clock;
  derivatives: DerivativesWithTasks;
  ends: TaskEnds;
}): Tasks & { keepForgetting(): Promise<void> } {
  const { storage, work, ends } = parts;
  work.register<{ task: string }>({
    kind,
    concurrency: availableParallelism(),
    tries: mostTries,
    timeoutSeconds: trySeconds,
    run: ({ task }, { attempt }) => runTask(parts, task, attempt),
    async onDead(unit, { task }, reason) {
      await ends.write(unit, task, { state: 'failed', reason });
    },
  });
  work.register({
    kind: forgetKind,
    concurrency: 1,
    tries: 3,
    timeoutSeconds: 3_600,
    run: () => forgetTasks(storage, parts.clock.now() - keptMilliseconds),
  });
  return {
    async enqueue(unit, requests) {
      const rows = requests.map((request): TaskRow => {
        const { source, name, recipe, note } = request;
        return newTask(unit, {
          id: randomUUID(),
          library: source.library,
          kind: 'derive',
          note,
          recipe: name,
          recipe_json: JSON.stringify(recipe),
          source_id: source.id,
          source_path: source.path,
          target_path: targetPath(request),
        });
      });
      for (let start = 0; start < rows.length; start += rowsAtOnce) {
        const some = rows.slice(start, start + rowsAtOnce);
        await unit.tables<MediaTables>().insertInto('media_task').values(some).execute();
      }
      await work.enqueueMany(
        unit,
        rows.map(({ id, library, target_path: target }) => ({
          kind,
          input: { task: id },
          project: library,
          exclusive: `media:${library}:${target}`,
        })),
      );
      return rows.map(taskOf);
    },
    async byId(reader, library, id) {
      const row = await readTaskRow(reader, id);
      return row?.library === library ? taskOf(row) : undefined;
    },
    async openCount(reader, library, taskKind) {
      const { open } = await reader
        .tables<MediaTables>()
        .selectFrom('media_task')
        .select((select) => select.fn.countAll<number>().as('open'))
        .where('library', '=', library)
        .where('kind', '=', taskKind)
        .where('ended_at', 'is', null)
        .executeTakeFirstOrThrow();
      return open;
    },
    onEnd: (listener) => ends.listen(listener),
    keepForgetting: () => work.every(forgetKind, forgetEverySeconds),
  };
}

async function runTask(
  parts: { storage: Storage; derivatives: DerivativesWithTasks; ends: TaskEnds },
  id: string,
  attempt: number,
): Promise<void> {
  const { storage, ends } = parts;
  const row = await storage.read((reader) => readTaskRow(reader, id));
  // A try that stored its end and died before the queue heard of it has nothing left to do.
  if (!row || row.ended_at !== null) return;
  await storage.write((unit) => writeTaskTry(unit, id, { state: 'processing', retries: attempt - 1 }));
  try {
    const source = await storage.read((reader) => readFileById(reader, row.library, row.source_id ?? ''));
    if (!source) return await fail(parts, id, `The source ${row.source_path} is gone.`);
    const derivation = {
      source,
      name: row.recipe ?? '',
      recipe: JSON.parse(row.recipe_json ?? '') as Recipe,
    };
    await parts.derivatives.makeAlongside(derivation, (unit, { files, replaced }) =>
      ends.write(unit, id, {
        state: 'done',
        replaced,
        results: files.map(({ id: file, name, path }) => ({ id: file, name, path })),
      }),
    );
  } catch (error) {
    // What would fail again is the end of the task, not a failure of the queue.
    if (wouldComeAgain(error)) return await fail(parts, id, error.message);
    if (attempt < mostTries)
      await storage.write((unit) => writeTaskTry(unit, id, { state: 'waiting', retries: attempt }));
    throw error;
  }
}

function fail(parts: { storage: Storage; ends: TaskEnds }, id: string, reason: string): Promise<void> {
  return parts.storage.write((unit) => parts.ends.write(unit, id, { state: 'failed', reason }));
}

function wouldComeAgain(error: unknown): error is CoreError {
  return isCoreError(error) && !['unavailable', 'internal', 'rate-limited'].includes(error.code);
}

async function forgetTasks(storage: Storage, endedBefore: number): Promise<void> {
  for (let forgotten = rowsAtOnce; forgotten === rowsAtOnce; ) {
    forgotten = await storage.write(async (unit) => {
      const tables = unit.tables<MediaTables>();
      const old = await tables
        .selectFrom('media_task')
        .select('id')
        .where('ended_at', '<', endedBefore)
        .limit(rowsAtOnce)
        .execute();
      const ids = old.map((row) => row.id);
      if (ids.length > 0) await tables.deleteFrom('media_task').where('id', 'in', ids).execute();
      return ids.length;
    });
  }
}
