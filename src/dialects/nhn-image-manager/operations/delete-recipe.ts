import { wireActor } from '../actor.ts';
import { refusal } from '../errors.ts';
import { booleanField } from '../fields.ts';
import type { Handler } from '../operation.ts';
import { deleteRecipe } from '../recipes.ts';
import { recipeByName } from '../store/recipe.ts';
import { libraryOf } from '../store/service.ts';
import { templateById } from '../templates.ts';

/** Deletes an operation; tasks that wait run with their copy of it (contract nhn-image-manager 3.12). */
export const deleteRecipeOperation: Handler = async (context, call) => {
  const { service, query, json, path } = call;
  const name = path.operationId ?? '';
  if (templateById(name)) throw refusal('NO_AUTHORITY');
  // The query decides; a client of the original sends a body with it instead.
  const withDerived =
    booleanField(query, 'deleteThumbnail') ?? booleanField(json, 'deleteThumbnail') ?? false;
  const { storage, media } = context.parts;
  const removeMade = async () => {
    if (withDerived) await media.removals.removeDerivedBy(libraryOf(service), name);
  };
  if (!(await storage.read((reader) => recipeByName(reader, service.id, name))))
    throw refusal('NOT_DEFINED', name);
  // First, so that a call that failed can be repeated; and again for what was made meanwhile.
  await removeMade();
  await storage.write((unit) => deleteRecipe(context, unit, wireActor(call), service, name));
  await removeMade();
  return {};
};
