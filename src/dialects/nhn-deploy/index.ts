import Type from 'typebox';
import type { Dialect, Parts } from '../../http/index.ts';
import type { Context } from './context.ts';
import { deploymentOwner } from './deployment-owner.ts';
import { nhnDeployMigrations } from './migrations.ts';
import { operations } from './operations.ts';
import { pathOwners } from './owners.ts';
import { roles } from './roles.ts';
import { registerOperations } from './routes.ts';
import { startRuns } from './runs.ts';

/** The front door that speaks NHN Cloud Deploy (contract nhn-deploy). */
export function createNhnDeploy(parts: Parts): Dialect {
  const context: Context = { parts };
  return {
    name: 'nhn-deploy',
    migrations: nhnDeployMigrations,
    owners: pathOwners(parts.clock),
    roles,
    rolloutOwners: [deploymentOwner(context)],
    declaration: { key: 'nhnDeploy', schema: Type.Object({}), order: 10, reconcile: async () => {} },
    async routes(app) {
      registerOperations(app, context, operations);
    },
    async management() {},
    async start() {
      await startRuns(context);
    },
  };
}
