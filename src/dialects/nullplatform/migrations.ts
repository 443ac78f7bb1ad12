import type { MigrationSet } from '../../storage/index.ts';
import { catalogMigration } from './migrations/0001-catalog.ts';
import { deploymentsMigration } from './migrations/0002-deployments.ts';
import { nrnStoreMigration } from './migrations/0003-nrn-store.ts';
import { trafficByHandMigration } from './migrations/0004-traffic-by-hand.ts';

/** The dialect's schema, oldest first. */
export const nullplatformMigrations: MigrationSet = {
  name: 'nullplatform',
  migrations: [catalogMigration, deploymentsMigration, nrnStoreMigration, trafficByHandMigration],
};
