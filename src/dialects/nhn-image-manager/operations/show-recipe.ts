import { refusal } from '../errors.ts';
import type { Handler } from '../operation.ts';
import { wireRecipe, wireTemplate } from '../recipe-shape.ts';
import { recipeByName } from '../store/recipe.ts';
import { templateById } from '../templates.ts';
import { wireFor } from '../wire.ts';

/** One operation, or a template (contract nhn-image-manager 3.11). */
export const showRecipe: Handler = async (context, { service, request, path }) => {
  const name = path.operationId ?? '';
  const wire = wireFor(context, service, request);
  const template = templateById(name);
  if (template) return { operation: wireTemplate(wire, service, template) };
  const recipe = await context.parts.storage.read((reader) => recipeByName(reader, service.id, name));
  if (!recipe) throw refusal('NOT_DEFINED', name);
  return { operation: wireRecipe(wire, service, recipe) };
};
