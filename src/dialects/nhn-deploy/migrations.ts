import type { MigrationSet } from '../../storage/index.ts';
import { binariesMigration } from './migrations/0001-binaries.ts';

/** The dialect's schema, oldest first. */
export const nhnDeployMigrations: MigrationSet = {
  name: 'nhn_deploy',
  migrations: [binariesMigration],
};
