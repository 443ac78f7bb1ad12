import type { FastifyInstance } from 'fastify';
import { coreFormOf, type Dialect, guardRoutes, type Parts, sendCoreError } from '../http/index.ts';
import { coreRoles } from '../identity/index.ts';
import { createAuthentication } from './authentication.ts';
import { applyDeclaration, type DeclarationRequest } from './declaration/apply.ts';
import { applyAtStart } from './declaration/apply-at-start.ts';
import { hostsSection } from './declaration/hosts.ts';
import { joinTokensSection } from './declaration/join-tokens.ts';
import { principalsSection } from './declaration/principals.ts';
import { DeclarationRefused } from './declaration/refused.ts';
import type { DeclaredChange } from './declaration/section.ts';
import { documentationRoutes } from './documentation/routes.ts';
import { requireKnownPermissions } from './permissions.ts';
import { declarationRoutes } from './routes/declaration.ts';
import { grantRoutes } from './routes/grants.ts';
import { hostRoutes } from './routes/hosts.ts';
import { instanceRoutes } from './routes/instances.ts';
import { joinTokenRoutes } from './routes/join-tokens.ts';
import { keyRoutes } from './routes/keys.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { principalRoutes } from './routes/principals.ts';
import { rolloutStreamRoutes } from './routes/rollout-streams.ts';
import { rolloutRoutes } from './routes/rollouts.ts';
import { routingRoutes } from './routes/routing.ts';
import { serverRoutes } from './routes/server.ts';
import { sessionRoutes } from './routes/session.ts';
import { workRoutes } from './routes/work.ts';
import { validateBySchema } from './validation.ts';

/** The native API, as the composition root sees it. */
export interface Management {
  /** Registers `/api/slipway/v1/…`, each dialect's part below its name, and `/docs`. */
  routes(app: FastifyInstance): Promise<void>;
  /** Applies a declaration; throws `DeclarationRefused` with all mistakes, and then nothing has changed. */
  applyDeclaration(request: DeclarationRequest): Promise<readonly DeclaredChange[]>;
  /** Applies the text of a declaration at a start; one that was applied before and does not fit any more is only logged. */
  declareAtStart(document: string): Promise<void>;
}

/** Builds the native API over the parts, with the dialects' own management routes and declaration sections. */
export function createManagement(parts: Parts, dialects: readonly Dialect[]): Management {
  const sections = [
    principalsSection(parts.identity),
    joinTokensSection(parts.identity),
    hostsSection(parts.engine.hosts),
    ...dialects.map(({ declaration }) => declaration),
  ];
  const apply = (request: DeclarationRequest) => applyDeclaration(parts, sections, request);

  return {
    applyDeclaration: apply,
    declareAtStart: (document) => applyAtStart(parts, sections, document),
    async routes(app) {
      await app.register(
        async (api) => {
          requireKnownPermissions(api, [...coreRoles, ...dialects.flatMap(({ roles }) => roles)]);
          validateBySchema(api);
          const authentication = createAuthentication(parts);
          guardRoutes(api, parts.identity, (request) => authentication.principal(request));
          api.addHook('onRequest', async (_request, reply) => {
            reply.header('cache-control', 'no-store');
          });
          api.setErrorHandler((error, request, reply) => {
            if (!(error instanceof DeclarationRefused)) return sendCoreError(error, request, reply);
            return reply.code(400).send({ ...coreFormOf(error), errors: error.errors });
          });
          sessionRoutes(api, parts, authentication);
          serverRoutes(api, parts, dialects);
          rolloutRoutes(api, parts);
          rolloutStreamRoutes(api, parts);
          hostRoutes(api, parts);
          instanceRoutes(api, parts);
          routingRoutes(api, parts);
          joinTokenRoutes(api, parts);
          principalRoutes(api, parts, authentication);
          keyRoutes(api, parts);
          grantRoutes(api, parts);
          ledgerRoutes(api, parts);
          workRoutes(api, parts);
          declarationRoutes(api, apply);
          for (const dialect of dialects) {
            await api.register((child) => dialect.management(child), { prefix: `/${dialect.name}` });
          }
        },
        { prefix: '/api/slipway/v1' },
      );
      documentationRoutes(app);
    },
  };
}
