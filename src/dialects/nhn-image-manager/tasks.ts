import type { StoredFile, Task, TaskRequest } from '../../media/index.ts';
import type { Unit } from '../../storage/index.ts';
import { enqueueCallback } from './callbacks.ts';
import type { Context } from './context.ts';
import { results } from './errors.ts';
import { imageUrl } from './image-url.ts';
import { ownCallbackUrl, recipeOfJobs } from './job-recipe.ts';
import { nameOf } from './paths.ts';
import type { NamedRecipe } from './store/recipe.ts';
import type { Service } from './store/service.ts';
import { headerOf } from './wire.ts';

/** Recipes to be run on files later. */
export interface Run {
  readonly files: readonly StoredFile[];
  readonly recipes: readonly NamedRecipe[];
  /** Where the end of each task is told, besides what the recipes say themselves. */
  readonly callbackUrl?: string | undefined;
  /** The base of the URLs that callbacks tell (`imageBase`). */
  readonly imageBase: string;
}

/** What the dialect keeps with a task. */
interface TaskNote {
  readonly callbackUrls: readonly string[];
  readonly imageBase: string;
  readonly container: string;
}

/** Enqueues one task for each file and recipe, files first; the answers are in that order and wait. */
export async function enqueueTasks(
  { parts }: Context,
  unit: Unit,
  { container }: Service,
  { files, recipes, callbackUrl, imageBase }: Run,
): Promise<Task[]> {
  const prepared = recipes.map(({ name, jobs }) => {
    const urls = [callbackUrl, ownCallbackUrl(jobs)].filter((url) => url !== undefined);
    const note: TaskNote = { callbackUrls: [...new Set(urls)], imageBase, container };
    return { name, recipe: recipeOfJobs(jobs), ...(urls.length > 0 && { note }) };
  });
  const requests = files.flatMap((source) => prepared.map((one): TaskRequest => ({ source, ...one })));
  return requests.length === 0 ? [] : await parts.media.tasks.enqueue(unit, requests);
}

/** Tells the end of each task where it was asked for, in the unit in which it ends (contract nhn-image-manager 5.10). */
export function tellTaskEnds(context: Context): void {
  context.parts.media.tasks.onEnd(async (unit, task) => {
    if (!isTaskNote(task.note)) return;
    const body = taskCallback(task, task.note);
    for (const url of task.note.callbackUrls) await enqueueCallback(context, unit, task.note, url, body);
  });
}

/** What the callback of a task says, but its id. Pure. */
export function taskCallback(
  task: Task,
  { imageBase, container }: Pick<TaskNote, 'imageBase' | 'container'>,
) {
  const shown = (path: string) => ({ url: imageUrl(imageBase, container, path), name: nameOf(path), path });
  const isDone = task.state === 'done';
  return {
    header: headerOf(isDone ? undefined : results.TASK_FAILED),
    overwritten: isDone && task.replaced,
    operationId: task.recipe ?? '',
    sourceFile: shown(task.source?.path ?? ''),
    ...(isDone && { resultFiles: task.results.map(({ path }) => shown(path)) }),
  };
}

function isTaskNote(note: unknown): note is TaskNote {
  return typeof note === 'object' && note !== null && 'callbackUrls' in note;
}
