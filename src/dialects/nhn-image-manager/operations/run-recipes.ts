import { wireActor } from '../actor.ts';
import { checkCallbackUrl } from '../callback-url.ts';
import { refusal, results } from '../errors.ts';
import { field, listField, textField } from '../fields.ts';
import { imageBase } from '../image-url.ts';
import type { Call, Handler } from '../operation.ts';
import { folderPath } from '../paths.ts';
import { optionRules } from '../recipe-change.ts';
import { wireRecipe } from '../recipe-shape.ts';
import { findSources } from '../sources.ts';
import { recipesByNames } from '../store/recipe.ts';
import { libraryOf, serviceResource } from '../store/service.ts';
import { enqueueTasks } from '../tasks.ts';
import { headerOf, wireFor, wireQueue } from '../wire.ts';

/** Runs operations on files and on all files of folders, as one task each (contract nhn-image-manager 3.13). */
export const runRecipes: Handler = async (context, call) => {
  const { service, request } = call;
  const { storage } = context.parts;
  const { basepath, filepaths, names, callbackUrl } = readRun(call);
  if (callbackUrl !== undefined) checkCallbackUrl(callbackUrl, optionRules(context));
  const { recipes, sources } = await storage.read(async (reader) => ({
    recipes: await recipesByNames(reader, service.id, names),
    sources: await findSources(context, reader, libraryOf(service), basepath, filepaths),
  }));
  const { files, invalid } = sources;
  const made = files.length * recipes.length;
  if (made > mostTasks) throw refusal('TOO_MANY_REQUESTED');
  if (made === 0) throw refusal('OPERATION_FAILED');
  const run = { files, recipes, callbackUrl, imageBase: imageBase(context, request) };
  const tasks = await storage.write(async (unit) => {
    await context.parts.ledger.record(unit, wireActor(call), {
      action: 'image-operation.run',
      resource: serviceResource(service.id),
      subject: `${recipes.map(({ name }) => name).join(', ')} on ${files.length} files in ${basepath}`,
    });
    return await enqueueTasks(context, unit, service, run);
  });
  const requested = (files.length + invalid) * new Set(names).size;
  const wire = wireFor(context, service, request);
  return {
    header: headerOf(made < requested ? results.PARTIAL_SUCCESS : undefined),
    paging: { page: 1, rows: 20, totalCount: recipes.length },
    operations: recipes.map((recipe) => wireRecipe(wire, service, recipe)),
    queues: tasks.map((task) => wireQueue(wire, task)),
  };
};

/** The most tasks of one call (contract nhn-image-manager 5.7). */
const mostTasks = 10_000;

function readRun({ json }: Pick<Call, 'json'>) {
  for (const name of ['basepath', 'filepaths', 'operationIds']) {
    if (field(json, name) === undefined) throw refusal('MISSING_VALUE', name);
  }
  const basepath = folderPath(textField(json, 'basepath'));
  const filepaths = pathList(json.filepaths);
  const names = listField(json, 'operationIds') ?? [];
  if (filepaths.length === 0 || names.length === 0) throw refusal('INVALID_PARAMETER');
  if (filepaths.length > mostTasks || names.length > mostTasks) throw refusal('TOO_MANY_REQUESTED');
  return { basepath, filepaths, names, callbackUrl: textField(json, 'callbackUrl') };
}

/** Paths may hold commas and blanks, so they come as they are. */
function pathList(value: unknown): readonly string[] {
  const paths = Array.isArray(value) ? value : [value];
  if (paths.every((path) => typeof path === 'string')) return paths;
  throw refusal('INVALID_VALUE', 'filepaths');
}
