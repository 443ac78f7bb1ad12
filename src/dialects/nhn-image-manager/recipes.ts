import type { Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import type { Context } from './context.ts';
import { refusal } from './errors.ts';
import type { RecipeChange } from './recipe-change.ts';
import { checkRecipeName } from './recipe-name.ts';
import { type NamedRecipe, recipeByName, removeRecipe, saveRecipe } from './store/recipe.ts';
import { type Service, serviceResource } from './store/service.ts';

/**
 * Makes or changes the recipe of a name. What it has made stays as it is. Throws NO_OPTIONS for a new one without jobs,
 * and what the name throws (contract nhn-image-manager 3.9).
 */
export async function putRecipe(
  context: Context,
  unit: Unit,
  actor: Actor,
  service: Service,
  name: string,
  { description, realtime, jobs }: RecipeChange,
): Promise<NamedRecipe> {
  checkRecipeName(name);
  const there = await recipeByName(unit, service.id, name);
  const kept = jobs ?? there?.jobs;
  if (!kept) throw refusal('NO_OPTIONS');
  const recipe: NamedRecipe = {
    serviceId: service.id,
    name,
    description: description ?? there?.description ?? '',
    realtime: realtime ?? there?.realtime ?? true,
    jobs: kept,
    updatedAt: unit.now,
  };
  await saveRecipe(unit, recipe);
  await told(context, unit, actor, service, name, there ? 'update' : 'create');
  return recipe;
}

/** Deletes a recipe; what it has made stays. Throws NOT_DEFINED. */
export async function deleteRecipe(
  context: Context,
  unit: Unit,
  actor: Actor,
  service: Service,
  name: string,
): Promise<void> {
  if (!(await removeRecipe(unit, service.id, name))) throw refusal('NOT_DEFINED', name);
  await told(context, unit, actor, service, name, 'delete');
}

async function told(
  context: Context,
  unit: Unit,
  actor: Actor,
  service: Service,
  name: string,
  verb: 'create' | 'update' | 'delete',
): Promise<void> {
  context.serviceNews.tell(unit);
  await context.parts.ledger.record(unit, actor, {
    action: `image-operation.${verb}`,
    resource: serviceResource(service.id),
    subject: `${name} of ${service.name}`,
  });
}
