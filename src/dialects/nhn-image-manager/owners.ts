import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PathOwner } from '../../http/index.ts';
import { allowAnyOrigin } from './cross-origin.ts';
import { failureOf, isOurFault, results } from './errors.ts';
import { failureEnvelope, jsonType } from './wire.ts';

/**
 * The prefix of the API. What no operation serves gets status 200 and the code 404, before any key is looked at
 * (contract nhn-image-manager 2.4).
 */
export const apiOwner: PathOwner = {
  name: 'nhn-image-manager',
  prefix: '/image',
  unknownPath: (_request, reply) => send(reply, failureEnvelope(results.UNKNOWN_API)),
  wrongMethod: (_request, reply) => send(reply, failureEnvelope(results.UNKNOWN_API)),
  frameworkError: (error, request: FastifyRequest, reply) => {
    if (isOurFault(error)) request.log.error({ err: error }, 'request failed');
    return send(reply, failureEnvelope(failureOf(error)));
  },
};

function send(reply: FastifyReply, envelope: string): FastifyReply {
  return allowAnyOrigin(reply).code(200).type(jsonType).send(envelope);
}
