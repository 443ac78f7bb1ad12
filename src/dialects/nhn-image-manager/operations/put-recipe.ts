import { wireActor } from '../actor.ts';
import { refusal } from '../errors.ts';
import { booleanField } from '../fields.ts';
import type { Handler } from '../operation.ts';
import { optionRules, readRecipeChange } from '../recipe-change.ts';
import { checkRecipeName } from '../recipe-name.ts';
import { wireRecipe } from '../recipe-shape.ts';
import { putRecipe } from '../recipes.ts';
import { recipeByName } from '../store/recipe.ts';
import { libraryOf } from '../store/service.ts';
import { wireFor } from '../wire.ts';

/** Makes or changes an operation; on request what it has made is deleted (contract nhn-image-manager 3.9). */
export const putRecipeOperation: Handler = async (context, call) => {
  const { service, request, json, path } = call;
  const { storage, media } = context.parts;
  const name = path.operationId ?? '';
  checkRecipeName(name);
  const change = readRecipeChange(json, optionRules(context));
  const withDerived = booleanField(json, 'deleteThumbnail') ?? false;
  const removeMade = async () => {
    if (withDerived) await media.removals.removeDerivedBy(libraryOf(service), name);
  };
  if (!change.jobs && !(await storage.read((reader) => recipeByName(reader, service.id, name))))
    throw refusal('NO_OPTIONS');
  // First, so that nothing is changed when that fails; and again for what the old recipe made meanwhile.
  await removeMade();
  const recipe = await storage.write((unit) =>
    putRecipe(context, unit, wireActor(call), service, name, change),
  );
  await removeMade();
  return { operation: wireRecipe(wireFor(context, service, request), service, recipe) };
};
