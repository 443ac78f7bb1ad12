import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PathOwner } from '../../../http/index.ts';
import { allowAnyOrigin } from '../cross-origin.ts';
import { failureOf, results } from '../errors.ts';
import { imagePrefix } from '../image-url.ts';
import { failureEnvelope, jsonType } from '../wire.ts';

/** The image host: plain HTTP with real status codes, failures in the envelope of the API (contract nhn-image-manager 3.17). */
export const imageOwner: PathOwner = {
  name: 'nhn-image-manager images',
  prefix: imagePrefix,
  trailingSlashMatters: true,
  unknownPath: (_request, reply) => send(reply, 404, failureEnvelope(results.NO_SUCH_PATH)),
  wrongMethod: (_request, reply, allowed) =>
    send(reply.header('allow', allowed.join(', ')), 405, failureEnvelope(results.UNKNOWN_API)),
  frameworkError: (_error, _request, reply) => send(reply, 404, failureEnvelope(results.NO_SUCH_PATH)),
};

const statuses: Readonly<Record<number, number>> = {
  [results.NO_SUCH_PATH.resultCode]: 404,
  [results.NO_AUTHORITY.resultCode]: 403,
  [results.OPERATION_FAILED.resultCode]: 500,
};

/** Answers with what was thrown. No failure is cached: the picture may be there a moment later. */
export function sendImageFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const failure = failureOf(error);
  const status = statuses[failure.resultCode] ?? 500;
  if (status === 500 && failure.resultCode !== results.OPERATION_FAILED.resultCode) {
    request.log.error({ err: error }, 'an image was not served');
  }
  return send(reply, status, failureEnvelope(failure));
}

function send(reply: FastifyReply, status: number, envelope: string): FastifyReply {
  return allowAnyOrigin(reply).header('cache-control', 'no-store').code(status).type(jsonType).send(envelope);
}
