import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from './context.ts';
import { invalidParameter, missingParameter, unauthorized } from './errors.ts';
import { optionalId } from './input.ts';
import { accessKeyOf, readKeyText } from './key-text.ts';
import { answerFailure, anyContentType, bodyOf, documentation, sendJson } from './routes.ts';
import type { NullplatformTables } from './tables.ts';

/** How long an access token is good (contract nullplatform 2.2). */
const tokenSeconds = 24 * 3600;
const refreshMilliseconds = 30 * 24 * 3600 * 1000;
/** Refresh tokens of one key: pipelines ask for a token in every run and never renew it. The oldest give way. */
const mostRefreshTokens = 100;

/** `POST /token` and `POST /ci/login`: a key, or a refresh token, for an access token (contract nullplatform 2.3). */
export function registerSessions(app: FastifyInstance, context: Context): void {
  for (const [path, purpose, takesOldKey] of [
    ['/token', 'exchange a key for a token', false],
    ['/ci/login', 'exchange a key for a token, as pipelines do', true],
  ] as const) {
    app.route({
      method: 'POST',
      url: path,
      config: { open: 'the API key or the refresh token in the body is the credential' },
      schema: documentation({ purpose, section: '2.3' }),
      errorHandler: answerFailure,
      onRequest: async (request) => anyContentType(request),
      handler: (request, reply) => exchange(context, request, reply, takesOldKey),
    });
  }
}

async function exchange(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  takesOldKey: boolean,
): Promise<FastifyReply> {
  const fields = bodyOf(request);
  const key = fields.api_key ?? fields.apikey ?? (takesOldKey ? unwrapped(fields.token) : undefined);
  const { refresh_token: refresh } = fields;
  if (key === undefined && refresh === undefined) throw missingParameter('api_key');
  const session =
    key === undefined
      ? await renewed(context, refresh, optionalId(fields, 'organization_id'))
      : await begun(context, key, request.ip);
  reply.header('cache-control', 'no-store');
  return await sendJson(reply, 200, session);
}

/** The old `token` of pipelines is the key, or the base64 of it (contract nullplatform 2.3). */
function unwrapped(token: unknown): unknown {
  if (typeof token !== 'string') return token;
  const key = Buffer.from(token, 'base64').toString('latin1');
  return readKeyText(key) ? key : token;
}

async function begun(context: Context, key: unknown, address: string): Promise<object> {
  if (typeof key !== 'string') throw invalidParameter('api_key');
  const given = readKeyText(key);
  const { identity, storage, clock } = context.parts;
  const principal = given && (await identity.byKey(accessKeyOf(given.id), given.secret, address));
  const live = given && principal && (await context.keys.find(given.id));
  if (!live) throw unauthorized();
  const refreshToken = randomBytes(48).toString('base64url');
  await storage.write(async (unit) => {
    const tables = unit.tables<NullplatformTables>();
    // Expired ones go with the next one made.
    await tables.deleteFrom('np_refresh_token').where('expires_at', '<=', clock.now()).execute();
    const oldest = await tables
      .selectFrom('np_refresh_token')
      .select('hash')
      .where('api_key_id', '=', live.id)
      .orderBy('expires_at', 'desc')
      .limit(mostRefreshTokens)
      .offset(mostRefreshTokens - 1)
      .execute();
    if (oldest.length > 0) {
      const hashes = oldest.map(({ hash }) => hash);
      await tables.deleteFrom('np_refresh_token').where('hash', 'in', hashes).execute();
    }
    await tables
      .insertInto('np_refresh_token')
      .values({
        hash: hashOf(refreshToken),
        api_key_id: live.id,
        expires_at: clock.now() + refreshMilliseconds,
      })
      .execute();
    await tables
      .updateTable('np_api_key')
      .set({ last_used_at: unit.now })
      .where('id', '=', live.id)
      .execute();
  });
  return await sessionOf(context, live.id, refreshToken);
}

async function renewed(
  context: Context,
  refresh: unknown,
  organizationId: number | undefined,
): Promise<object> {
  if (typeof refresh !== 'string') throw invalidParameter('refresh_token');
  const row = await context.parts.storage.read((reader) =>
    reader
      .tables<NullplatformTables>()
      .selectFrom('np_refresh_token')
      .innerJoin('np_api_key', 'np_api_key.id', 'np_refresh_token.api_key_id')
      .select(['api_key_id', 'expires_at', 'organization_id'])
      .where('hash', '=', hashOf(refresh))
      .executeTakeFirst(),
  );
  const isGood = row && row.expires_at > context.parts.clock.now();
  if (!isGood || (organizationId !== undefined && organizationId !== row.organization_id)) {
    throw unauthorized();
  }
  return await sessionOf(context, row.api_key_id, refresh);
}

async function sessionOf(context: Context, apiKeyId: number, refreshToken: string): Promise<object> {
  const key = await context.keys.find(apiKeyId);
  if (!key) throw unauthorized();
  const issuedAt = Math.floor(context.parts.clock.now() / 1000);
  const expiresAt = issuedAt + tokenSeconds;
  const claims = { apiKeyId, organizationId: key.organizationId, userId: key.principal.id };
  return {
    access_token: await context.signer.token(claims, issuedAt, expiresAt),
    refresh_token: refreshToken,
    organization_id: key.organizationId,
    token_expires_at: expiresAt * 1000,
  };
}

function hashOf(refreshToken: string): string {
  return createHash('sha256').update(refreshToken).digest('hex');
}
