import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PathOwner } from '../../http/index.ts';
import { failure, failureOf } from './errors.ts';
import { operations } from './operations.ts';

/**
 * The first segments of every operation, the unserved included. An unknown path and a wrong method get the answer of
 * the original's framework (contract nullplatform 3.0).
 */
export const owners: readonly PathOwner[] = firstSegments().map((segment) => ({
  name: 'nullplatform',
  prefix: `/${segment}`,
  unknownPath: noSuchRoute,
  wrongMethod: noSuchRoute,
  frameworkError: (error, request, reply) => {
    const answer = failureOf(error);
    if (answer.statusCode >= 500) request.log.error({ err: error }, 'request failed');
    return reply.code(answer.statusCode).send(answer);
  },
}));

function firstSegments(): string[] {
  return [...new Set(['token', ...operations.map(({ path }) => path.split('/')[1] ?? '')])].sort();
}

function noSuchRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path = ''] = request.url.split('?');
  return reply.code(404).send(failure(404, `Route ${request.method}:${path} not found`));
}
