import type { FastifyReply } from 'fastify';

/** RFC 6749's error bodies, in which `/oauth2/` answers everything that goes wrong (contract nhn-deploy 2.4). */
export type OauthError = 'invalid_client' | 'invalid_request' | 'unsupported_grant_type' | 'server_error';

const statusOf: Readonly<Record<OauthError, number>> = {
  invalid_client: 401,
  invalid_request: 400,
  unsupported_grant_type: 400,
  server_error: 500,
};

/** Answers with the error; `status` where it is not the error's own (unknown path, wrong method). */
export function sendOauthError(
  reply: FastifyReply,
  error: OauthError,
  status = statusOf[error],
): FastifyReply {
  const description = error === 'invalid_client' ? { error_description: 'Client authentication failed' } : {};
  if (error === 'invalid_client') reply.header('www-authenticate', 'Basic realm="oauth2"');
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json;charset=UTF-8')
    .send({ error, ...description });
}
