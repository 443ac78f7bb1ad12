import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { deploymentExportRoutes } from './deployment-export.ts';
import { deploymentRoutes } from './deployments.ts';
import { resourceFileRoutes } from './resource-files.ts';
import { resourceGroupRoutes } from './resource-groups.ts';
import { resourceRevisionRoutes } from './resource-revisions.ts';
import { scenarioFileRoutes } from './scenario-files.ts';
import { scenarioRoutes } from './scenarios.ts';
import { serverGroupRoutes } from './server-groups.ts';

/** The native API of server groups, scenarios, resource files and deployments. */
export function runRoutes(app: FastifyInstance, context: Context): void {
  // Bytes of resource files are streamed by their handlers, never held in memory.
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  serverGroupRoutes(app, context);
  scenarioRoutes(app, context);
  scenarioFileRoutes(app, context);
  resourceGroupRoutes(app, context);
  resourceFileRoutes(app, context);
  resourceRevisionRoutes(app, context);
  deploymentRoutes(app, context);
  deploymentExportRoutes(app, context);
}
