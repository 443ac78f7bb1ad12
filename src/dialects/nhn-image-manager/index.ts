import type { Dialect, Parts } from '../../http/index.ts';
import { registerCallbacks } from './callbacks.ts';
import type { Context } from './context.ts';
import { answerPreflights } from './cross-origin.ts';
import { imageManagerSection } from './declaration.ts';
import { imageOwner, imageRoutes } from './image-host/index.ts';
import { fileRoutes } from './management/files.ts';
import { operationRoutes } from './management/operations.ts';
import { previewRoutes } from './management/previews.ts';
import { serviceRoutes } from './management/services.ts';
import { imageManagerMigrations } from './migrations.ts';
import { operations } from './operations.ts';
import { apiOwner } from './owners.ts';
import { roles } from './roles.ts';
import { registerOperations } from './routes.ts';
import { ServiceNews } from './service-news.ts';
import { tellTaskEnds } from './tasks.ts';

export { imageCoverageTable } from './coverage.ts';
export { imagePrefix } from './image-url.ts';
export { imageManagerMigrations } from './migrations.ts';

/** The front door that speaks NHN Cloud Image Manager (contract nhn-image-manager). */
export function createImageManager(parts: Parts): Dialect {
  const context: Context = { parts, serviceNews: new ServiceNews(parts.storage) };
  return {
    name: 'nhn-image-manager',
    migrations: imageManagerMigrations,
    owners: [apiOwner, imageOwner],
    roles,
    rolloutOwners: [],
    declaration: imageManagerSection(context),
    async routes(app) {
      answerPreflights(app, '/image', 'GET, POST, PUT, DELETE');
      await registerOperations(app, context, operations);
      imageRoutes(app, context);
    },
    async management(app) {
      serviceRoutes(app, context);
      await operationRoutes(app, context, operations);
      fileRoutes(app, context);
      previewRoutes(app, context);
    },
    async start() {
      registerCallbacks(context);
      tellTaskEnds(context);
    },
  };
}
