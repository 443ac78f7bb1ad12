import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Parts } from '../../http/index.ts';
import type { Principal } from '../../identity/index.ts';
import type { Authentication } from '../authentication.ts';
import { nativeRoute } from '../native-route.ts';
import { endedSessionCookie, readSession, sessionCookie } from '../session-cookie.ts';

const me = Type.Object({
  name: Type.String(),
  kind: Type.Union([Type.Literal('person'), Type.Literal('machine')]),
  admin: Type.Boolean(),
});

const shown = ({ name, kind, admin }: Principal) => ({ name, kind, admin });

/** Log in, log out, who am I. */
export function sessionRoutes(app: FastifyInstance, parts: Parts, authentication: Authentication): void {
  const secure = parts.publicUrl().startsWith('https:');

  nativeRoute(app, {
    method: 'POST',
    url: '/session',
    tag: 'session',
    summary: 'Log in; answers a session cookie',
    access: { open: 'it is how one logs in; failures are throttled' },
    body: Type.Object(
      { name: Type.String({ maxLength: 200 }), password: Type.String({ maxLength: 1000 }) },
      { additionalProperties: false },
    ),
    answer: me,
    async handle({ body, request, reply }) {
      const principal = await authentication.byPassword(request, body.name, body.password);
      const { session, expiresAt } = await parts.identity.startSession(principal);
      const seconds = Math.floor((expiresAt - parts.clock.now()) / 1000);
      reply.header('set-cookie', sessionCookie(session, seconds, secure));
      return shown(principal);
    },
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/session',
    tag: 'session',
    summary: 'Who is asking',
    access: { permission: 'self', checkedBy: 'handler' },
    answer: me,
    handle: async ({ principal }) => shown(principal),
  });

  nativeRoute(app, {
    method: 'DELETE',
    url: '/session',
    tag: 'session',
    summary: 'Log out',
    access: { permission: 'self', checkedBy: 'handler' },
    async handle({ request, reply }) {
      const session = readSession(request.headers.cookie);
      if (session !== undefined) await parts.identity.endSession(session);
      reply.header('set-cookie', endedSessionCookie(secure));
    },
  });
}
