import type { FastifyReply } from 'fastify';
import type { PathOwner } from '../../http/index.ts';
import type { Clock } from '../../storage/index.ts';
import { resultOf, results } from './errors.ts';
import { failureEnvelope, jsonType } from './wire.ts';

/**
 * The prefixes of the original. What no operation serves gets the envelope: 404 for an unknown path, 405 for a wrong
 * method, both with BAD_REQUEST (contract nhn-deploy 3.1, 3.2).
 */
export function pathOwners(clock: Clock): PathOwner[] {
  const badRequest = (reply: FastifyReply, status: number) =>
    reply.code(status).type(jsonType).send(failureEnvelope(clock.now(), results.BAD_REQUEST));
  return [/^\/api\/v\d+\.\d+(\/|$)/, '/api/binary'].map((prefix) => ({
    name: 'nhn-deploy',
    prefix,
    unknownPath: (_request, reply) => badRequest(reply, 404),
    wrongMethod: (_request, reply, allowed) => badRequest(reply.header('allow', allowed.join(', ')), 405),
    frameworkError: (error, _request, reply) =>
      reply
        .code(404)
        .type(jsonType)
        .send(failureEnvelope(clock.now(), resultOf(error))),
  }));
}
