import type { MigrationSet } from '../../storage/index.ts';
import { binariesMigration } from './migrations/0001-binaries.ts';
import { runsMigration } from './migrations/0002-runs.ts';

/** The dialect's schema, oldest first. */
export const nhnDeployMigrations: MigrationSet = {
  name: 'nhn_deploy',
  migrations: [binariesMigration, runsMigration],
};
