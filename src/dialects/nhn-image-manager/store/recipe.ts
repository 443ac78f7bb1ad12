import type { Reader, Unit } from '../../../storage/index.ts';
import type { Jobs } from '../jobs.ts';
import type { Sort } from '../paging.ts';
import { isRecipeName } from '../recipe-name.ts';

/** What the original calls the operations of a user: named recipes (contract nhn-image-manager 4.3). */
export interface RecipeTables {
  image_recipe: {
    service_id: number;
    /** The `operationId`. */
    name: string;
    description: string;
    /** 1: may be run by URL. */
    realtime: number;
    /** `Jobs` as JSON. */
    jobs: string;
    updated_at: number;
  };
}

/** A named recipe of a service, as the dialect uses it. */
export interface NamedRecipe {
  readonly serviceId: number;
  readonly name: string;
  readonly description: string;
  readonly realtime: boolean;
  readonly jobs: Jobs;
  readonly updatedAt: number;
}

function recipeOfRow(row: RecipeTables['image_recipe']): NamedRecipe {
  return {
    serviceId: row.service_id,
    name: row.name,
    description: row.description,
    realtime: row.realtime === 1,
    jobs: JSON.parse(row.jobs),
    updatedAt: row.updated_at,
  };
}

/** The recipe of this name, letter case as it stands. */
export async function recipeByName(
  reader: Reader,
  serviceId: number,
  name: string,
): Promise<NamedRecipe | undefined> {
  if (!isRecipeName(name)) return undefined;
  const row = await reader
    .tables<RecipeTables>()
    .selectFrom('image_recipe')
    .selectAll()
    .where('service_id', '=', serviceId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row && recipeOfRow(row);
}

/** Writes a recipe over the one of its name, if there is one. */
export async function saveRecipe(unit: Unit, recipe: NamedRecipe): Promise<void> {
  const { serviceId, name, description, realtime, jobs, updatedAt } = recipe;
  const columns = {
    description,
    realtime: realtime ? 1 : 0,
    jobs: JSON.stringify(jobs),
    updated_at: updatedAt,
  };
  await unit
    .tables<RecipeTables>()
    .insertInto('image_recipe')
    .values({ service_id: serviceId, name, ...columns })
    .onConflict((conflict) => conflict.columns(['service_id', 'name']).doUpdateSet(columns))
    .execute();
}

/** Removes the recipe of this name; false when there is none. */
export async function removeRecipe(unit: Unit, serviceId: number, name: string): Promise<boolean> {
  if (!isRecipeName(name)) return false;
  const { numDeletedRows } = await unit
    .tables<RecipeTables>()
    .deleteFrom('image_recipe')
    .where('service_id', '=', serviceId)
    .where('name', '=', name)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Which page of the recipes whose name begins with `prefix`. */
export interface RecipePage {
  readonly prefix: string;
  readonly sort: Sort;
  readonly offset: number;
  readonly limit: number;
}

/** One page and how many there are in all, of one snapshot when the reader has one. */
export async function listRecipes(
  reader: Reader,
  serviceId: number,
  { prefix, sort, offset, limit }: RecipePage,
): Promise<{ recipes: NamedRecipe[]; total: number }> {
  const direction = sort.descending ? 'desc' : 'asc';
  const query = reader
    .tables<RecipeTables>()
    .selectFrom('image_recipe')
    .where('service_id', '=', serviceId)
    .where('name', '>=', prefix)
    // Names are ASCII, so every name with the prefix sorts before the prefix with the greatest character.
    .where('name', '<', `${prefix}\u{10ffff}`);
  const rows = await query
    .selectAll()
    .$if(sort.by === 'date', (dated) => dated.orderBy('updated_at', direction))
    .orderBy('name', sort.by === 'name' ? direction : 'asc')
    .offset(offset)
    .limit(limit)
    .execute();
  const { total } = await query
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return { recipes: rows.map(recipeOfRow), total: Number(total) };
}

/** All recipes of a service, by name. */
export async function allRecipes(reader: Reader, serviceId: number): Promise<NamedRecipe[]> {
  const rows = await reader
    .tables<RecipeTables>()
    .selectFrom('image_recipe')
    .selectAll()
    .where('service_id', '=', serviceId)
    .orderBy('name')
    .execute();
  return rows.map(recipeOfRow);
}

/** The recipes of these names that there are, in the order of the names, each once. */
export async function recipesByNames(
  reader: Reader,
  serviceId: number,
  names: readonly string[],
): Promise<NamedRecipe[]> {
  const found: NamedRecipe[] = [];
  for (const name of new Set(names)) {
    const recipe = await recipeByName(reader, serviceId, name);
    if (recipe) found.push(recipe);
  }
  return found;
}
