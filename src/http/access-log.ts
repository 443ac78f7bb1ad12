import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** The header that carries the request id in answers. */
export const requestIdHeader = 'x-request-id';

/** Ids that are unique over restarts and replicas, short enough to read to somebody, at the cost of a counter. */
export function requestIds(): () => string {
  const prefix = randomBytes(5).toString('hex');
  let count = 0;
  return () => `${prefix}-${(++count).toString(36)}`;
}

/**
 * One line for each answered request: the route's pattern, never the raw URL (keys stand in URLs) and never headers.
 */
export function logAccess(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header(requestIdHeader, request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
      who: request.principal?.name,
    };
    if (request.routeOptions.config?.quiet) request.log.debug(line, 'request');
    else request.log.info(line, 'request');
  });
}
