import fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { logAccess, requestIds } from './access-log.ts';
import { boundBodies } from './body-limits.ts';
import { coreOwners } from './core-owner.ts';
import { continueWhenRead } from './expect-continue.ts';
import { trackHeldCalls } from './held-calls.ts';
import { acceptEmptyJson } from './json-body.ts';
import { leaveMultipartUnread } from './multipart.ts';
import type { Rewrite } from './own-address.ts';
import { checkOwners, type PathOwner } from './owners.ts';
import { frameworkErrorHandler, registerRootHandler } from './root-handler.ts';
import { collectRoutes } from './route-access.ts';
import { keepTrailingSlashes } from './trailing-slash.ts';

/** Headers must be there within this time; answers and bodies have no deadline (contract nhn-deploy 5.3). */
const headersMilliseconds = 60_000;
/** A delete of 10,000 images names them all in its query, 37 to 39 bytes each (contract nhn-image-manager 3.8). */
const maxHeaderSize = 400 * 1024;

/** What the assembly of the server is given. */
export interface ServerOptions {
  readonly log: Logger;
  /** The dialects' and vendors' owners, asked after those of the core. */
  readonly owners: readonly PathOwner[];
  /** Addresses or CIDRs of proxies whose `X-Forwarded-*` headers are believed; `true` for any, default none. */
  readonly trustProxy?: boolean | readonly string[];
  /** Under which URL a request is routed; for host names of their own. */
  readonly rewriteUrl?: Rewrite;
  /** PEM texts; absent: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** How long a sender may be silent in the middle of a body; default one minute. */
  readonly silenceMilliseconds?: number;
}

/**
 * The server without routes: parsers, limits, logs, owners, the table of routes and the root handler. Plugins are
 * registered on it afterwards, each encapsulated; nothing listens yet.
 */
export function buildServer(options: ServerOptions): FastifyInstance {
  const { log, owners, trustProxy = false, tls } = options;
  const allOwners = [...coreOwners, ...owners];
  checkOwners(allOwners);
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIds(),
    trustProxy: typeof trustProxy === 'boolean' ? trustProxy : [...trustProxy],
    exposeHeadRoutes: false,
    // An answer may be held for hours, so nothing here counts from the start of a request; `boundBodies` and the
    // time for headers bound strangers instead.
    requestTimeout: 0,
    connectionTimeout: 0,
    forceCloseConnections: true,
    frameworkErrors: frameworkErrorHandler(allOwners),
    ...(options.rewriteUrl && { rewriteUrl: options.rewriteUrl }),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 4096 },
    ...(tls ? { https: { cert: tls.cert, key: tls.key, maxHeaderSize } } : { http: { maxHeaderSize } }),
  }) as unknown as FastifyInstance;
  app.server.headersTimeout = headersMilliseconds;

  const table = collectRoutes(app);
  app.decorate('routeTable', table);
  app.decorateRequest('principal', undefined);
  trackHeldCalls(app);
  logAccess(app);
  continueWhenRead(app);
  boundBodies(app, options.silenceMilliseconds);
  acceptEmptyJson(app);
  leaveMultipartUnread(app);
  keepTrailingSlashes(app, allOwners);
  registerRootHandler(app, allOwners, table);
  return app;
}
