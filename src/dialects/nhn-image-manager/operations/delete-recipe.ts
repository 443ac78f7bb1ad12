import { wireActor } from '../actor.ts';
import { refusal } from '../errors.ts';
import { booleanField } from '../fields.ts';
import type { Handler } from '../operation.ts';
import { deleteRecipe } from '../recipes.ts';
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
  await context.parts.storage.write((unit) => deleteRecipe(context, unit, wireActor(call), service, name));
  if (withDerived) await context.parts.media.removals.removeDerivedBy(libraryOf(service), name);
  return {};
};
