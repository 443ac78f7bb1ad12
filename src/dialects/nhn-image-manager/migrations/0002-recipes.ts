import type { Migration } from '../../../storage/index.ts';

/** The operations of services: named recipes, their jobs as JSON. */
export const recipesMigration: Migration = {
  name: '0002-recipes',
  statements: ({ text, integer, end }) => [
    `CREATE TABLE image_recipe (
      service_id ${integer} NOT NULL REFERENCES image_service(id) ON DELETE CASCADE,
      name ${text} NOT NULL,
      description ${text} NOT NULL,
      realtime ${integer} NOT NULL,
      jobs ${text} NOT NULL,
      updated_at ${integer} NOT NULL,
      PRIMARY KEY (service_id, name)
    )${end}`,
    'CREATE INDEX image_recipe_by_date ON image_recipe (service_id, updated_at, name)',
  ],
};
