import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Who answers for a part of the one origin when no route matches (design: table of owners). The first owner whose
 * `prefix` matches is asked. A string prefix ends at a segment: `/oauth2` matches `/oauth2` and `/oauth2/x`.
 */
export interface PathOwner {
  readonly name: string;
  readonly prefix: string | RegExp;
  unknownPath(request: FastifyRequest, reply: FastifyReply): unknown;
  wrongMethod(request: FastifyRequest, reply: FastifyReply, allowed: readonly string[]): unknown;
  /** Framework errors before a route's own handler: bad escapes, over-long parameters, bad content types or JSON. */
  frameworkError(
    error: Error & { statusCode?: number; code?: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): unknown;
}
