import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { artifactRoutes } from './artifacts.ts';
import { binaryRoutes } from './binaries.ts';
import { binaryGroupRoutes } from './binary-groups.ts';
import { projectRoutes } from './projects.ts';
import { sentLinkRoutes } from './sent-links.ts';

/** The native API of projects, artifacts, binary groups and binaries. */
export function shelfRoutes(app: FastifyInstance, context: Context): void {
  projectRoutes(app, context);
  artifactRoutes(app, context);
  binaryGroupRoutes(app, context);
  binaryRoutes(app, context);
  sentLinkRoutes(app, context);
}
