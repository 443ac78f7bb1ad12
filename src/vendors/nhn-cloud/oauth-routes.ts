import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { basicCredentials, coreFormOf, logFailure, type Parts } from '../../http/index.ts';
import type { Principal } from '../../identity/index.ts';
import { sendOauthError } from './oauth-errors.ts';

const open = 'Proves itself with an access key in Authorization: Basic, checked by the handler.';

/** `/oauth2/token/create`, `/oauth2/token/revoke` and `/oauth2/jwks` (contract nhn-deploy 2.4). */
export async function oauthRoutes(app: FastifyInstance, parts: Parts): Promise<void> {
  await app.register(formbody);
  app.setErrorHandler((error, request, reply) => {
    const { statusCode } = coreFormOf(error);
    if (statusCode >= 500) logFailure(error, request);
    return sendOauthError(reply, statusCode < 500 ? 'invalid_request' : 'server_error', statusCode);
  });

  app.post('/oauth2/token/create', { config: { open } }, async (request, reply) => {
    const key = await authenticated(parts, request);
    if (!key) return sendOauthError(reply, 'invalid_client');
    if (field(request, 'grant_type') !== 'client_credentials')
      return sendOauthError(reply, 'unsupported_grant_type');
    const { token, expiresInSeconds } = await parts.identity.issueToken(key.id);
    await record(parts, key.principal, 'token.create');
    return answer(reply, { access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds });
  });

  app.post('/oauth2/token/revoke', { config: { open } }, async (request, reply) => {
    const key = await authenticated(parts, request);
    if (!key) return sendOauthError(reply, 'invalid_client');
    // RFC 7009: an unknown token is as good as revoked.
    if (await parts.identity.revokeToken(field(request, 'token')))
      await record(parts, key.principal, 'token.revoke');
    return reply.code(200).header('cache-control', 'no-store').send('');
  });

  app.get(
    '/oauth2/jwks',
    { config: { open: 'Public keys; there are none, as tokens are opaque.' } },
    async (_request, reply) => answer(reply, { keys: [] }),
  );
}

async function authenticated(
  parts: Parts,
  request: FastifyRequest,
): Promise<{ id: string; principal: Principal } | undefined> {
  const pair = basicCredentials(request.headers.authorization);
  const principal = pair && (await parts.identity.byKey(pair.id, pair.secret, request.ip));
  request.principal = principal;
  return pair && principal ? { id: pair.id, principal } : undefined;
}

function field(request: FastifyRequest, name: string): string {
  const value = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

function answer(reply: FastifyReply, body: unknown): FastifyReply {
  return reply.header('cache-control', 'no-store').type('application/json;charset=UTF-8').send(body);
}

/** Who made or ended a token; never the token. */
async function record(parts: Parts, principal: Principal, action: string): Promise<void> {
  await parts.storage.write((unit) =>
    parts.ledger.append(unit, {
      who: principal.name,
      dialect: 'nhn-cloud',
      action,
      resource: '/',
      subject: `a bearer token of ${principal.name}`,
      outcome: 'done',
    }),
  );
}
