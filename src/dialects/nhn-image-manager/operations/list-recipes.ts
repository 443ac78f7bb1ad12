import { refusal } from '../errors.ts';
import { booleanField, type Fields, textField } from '../fields.ts';
import type { Handler } from '../operation.ts';
import { readPage, readSort } from '../paging.ts';
import { templatesNamed, wireRecipe, wireTemplate } from '../recipe-shape.ts';
import { listRecipes } from '../store/recipe.ts';
import { wireFor } from '../wire.ts';

const longestName = 20;

/** The operations of the service, or the templates, a page at a time (contract nhn-image-manager 3.10). */
export const listRecipesOperation: Handler = async (context, { service, request, query }) => {
  const { page, rows } = readPage(query, 20);
  const sort = readSort(query, 'date:desc');
  const prefix = namePrefix(query);
  const wire = wireFor(context, service, request);
  const offset = (page - 1) * rows;
  if (booleanField(query, 'template')) {
    const found = templatesNamed(prefix, sort.by === 'name' && sort.descending);
    return {
      paging: { page, rows, totalCount: found.length },
      operations: found.slice(offset, offset + rows).map((template) => wireTemplate(wire, service, template)),
    };
  }
  const { recipes, total } = await context.parts.storage.read((reader) =>
    listRecipes(reader, service.id, { prefix, sort, offset, limit: rows }),
  );
  return {
    paging: { page, rows, totalCount: total },
    operations: recipes.map((recipe) => wireRecipe(wire, service, recipe)),
  };
};

function namePrefix(query: Fields): string {
  const name = textField(query, 'name') ?? '';
  if ([...name].length > longestName) throw refusal('OUT_OF_RANGE', 'name', 1, longestName);
  if (name.includes('\0')) throw refusal('INVALID_VALUE', 'name');
  return name;
}
