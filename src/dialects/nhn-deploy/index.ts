import type { Dialect, Parts } from '../../http/index.ts';
import { startAutoDelete } from './auto-delete.ts';
import type { Context } from './context.ts';
import { nhnDeploySection } from './declaration.ts';
import { deploymentOwner, endMissedDeployments } from './deployment-owner.ts';
import { runRoutes } from './management/runs.ts';
import { shelfRoutes } from './management/shelves.ts';
import { nhnDeployMigrations } from './migrations.ts';
import { operations } from './operations.ts';
import { pathOwners } from './owners.ts';
import { registerPages } from './pages/routes.ts';
import { roles } from './roles.ts';
import { registerOperations } from './routes.ts';
import { startRuns } from './runs.ts';
import { sharedSigner } from './signed-links.ts';
import { registerUploadNotices } from './upload-notice.ts';

export { coverageTable } from './coverage.ts';
export { nhnDeployMigrations } from './migrations.ts';

/** The front door that speaks NHN Cloud Deploy (contract nhn-deploy). */
export function createNhnDeploy(parts: Parts): Dialect {
  const context: Context = { parts, signer: sharedSigner({ parts }) };
  return {
    name: 'nhn-deploy',
    migrations: nhnDeployMigrations,
    owners: pathOwners(parts.clock),
    roles,
    rolloutOwners: [deploymentOwner(context)],
    declaration: nhnDeploySection(context),
    async routes(app) {
      await app.register(async (scope) => registerOperations(scope, context, operations));
      await app.register(async (scope) => registerPages(scope, context));
    },
    async management(app) {
      shelfRoutes(app, context);
      runRoutes(app, context);
    },
    async start() {
      registerUploadNotices(context);
      await startAutoDelete(context);
      await startRuns(context);
      await endMissedDeployments(context);
    },
  };
}
