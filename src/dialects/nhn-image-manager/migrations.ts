import type { MigrationSet } from '../../storage/index.ts';
import { servicesMigration } from './migrations/0001-services.ts';
import { recipesMigration } from './migrations/0002-recipes.ts';

/** The dialect's schema, oldest first. */
export const imageManagerMigrations: MigrationSet = {
  name: 'nhn_image_manager',
  migrations: [servicesMigration, recipesMigration],
};
