import type { Dialect, Parts } from '../../http/index.ts';
import { createKubernetes } from '../../kubernetes/index.ts';
import type { Context } from './context.ts';
import { nullplatformSection } from './declaration.ts';
import { deploymentOwner } from './deployments/deployment-owner.ts';
import { startTimers } from './deployments/timers.ts';
import { forgetSecretWork } from './forgotten-secrets.ts';
import { KeyMemory } from './key-memory.ts';
import { observeDeployment, tellDeployment } from './kubernetes/observe-deployment.ts';
import { startRepairs } from './kubernetes/repair-timer.ts';
import { approvalRoutes } from './management/approval-routes.ts';
import { deployRoutes } from './management/deploy-routes.ts';
import { deploymentRoutes } from './management/deployment-routes.ts';
import { scopeRoutes } from './management/scope-routes.ts';
import { nullplatformMigrations } from './migrations.ts';
import { operations } from './operations.ts';
import { owners } from './owners.ts';
import { roles } from './roles.ts';
import { registerOperations } from './routes.ts';
import { registerSessions } from './sessions.ts';
import { createTokenSigner } from './token-signer.ts';
import { registerUploads } from './upload-routes.ts';

export { nullplatformCoverageTable } from './coverage.ts';
export { nullplatformMigrations } from './migrations.ts';

/** The front door that speaks nullplatform: its core API, and the facade for continuous integration below `/ci` (contract nullplatform). */
export function createNullplatform(parts: Parts): Dialect {
  const kubernetes = createKubernetes({
    settings: parts.settings,
    secrets: parts.secrets,
    clock: parts.clock,
    observe: (pool, state, isOver) => observeDeployment(context, pool, state, isOver),
    tell: (rolloutId, text, isFailure) => tellDeployment(context, rolloutId, text, isFailure),
  });
  const context: Context = {
    ...{ parts, kubernetes },
    keys: new KeyMemory(parts),
    signer: createTokenSigner(parts),
  };
  for (const step of kubernetes.steps) parts.engine.registerServerStep(step);
  return {
    name: 'nullplatform',
    migrations: nullplatformMigrations,
    owners,
    roles,
    rolloutOwners: [deploymentOwner(context)],
    declaration: nullplatformSection(context),
    async routes(app) {
      await app.register(async (child) => {
        registerOperations(child, context, operations);
        registerSessions(child, context);
      });
      await app.register(async (child) => registerUploads(child, context));
    },
    async management(app) {
      scopeRoutes(app, context);
      deployRoutes(app, context);
      deploymentRoutes(app, context);
      approvalRoutes(app, context);
    },
    async start() {
      parts.work.register(forgetSecretWork(context));
      await startTimers(context);
      await startRepairs(context, kubernetes);
    },
  };
}
