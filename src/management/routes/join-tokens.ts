import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../errors/index.ts';
import type { Parts } from '../../http/index.ts';
import { installLine } from '../install-line.ts';
import { nativeRoute } from '../native-route.ts';
import { recordedWrite } from '../record.ts';

const hostPatterns = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
  minItems: 1,
  maxItems: 100,
  description: 'Names of hosts that may join with it, `*` stands for any letters: `web-*`',
});
const managers = { permission: 'hosts.manage', resource: () => '/hosts' };

/** Tokens that let hosts join: list, create with the line to copy, revoke. */
export function joinTokenRoutes(app: FastifyInstance, parts: Parts): void {
  const { identity, clock } = parts;

  nativeRoute(app, {
    method: 'GET',
    url: '/join-tokens',
    tag: 'hosts',
    summary: 'List join tokens, without their texts',
    access: managers,
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.Integer(),
          hosts: hostPatterns,
          mayReplace: Type.Boolean(),
          createdAt: Type.Integer(),
          expiresAt: Type.Union([Type.Integer(), Type.Null()]),
        }),
      ),
    }),
    handle: async () => ({ items: await identity.joinTokens() }),
  });

  nativeRoute(app, {
    method: 'POST',
    url: '/join-tokens',
    tag: 'hosts',
    summary: 'Create a join token; its text, and the line that adds a host with it, are answered only here',
    access: managers,
    body: Type.Object(
      {
        hosts: Type.Optional(hostPatterns),
        mayReplace: Type.Optional(
          Type.Boolean({ description: 'Also lets a host take over a name that is known (`--replace`)' }),
        ),
        expiresInSeconds: Type.Optional(Type.Integer({ minimum: 60, maximum: 31_536_000 })),
      },
      { additionalProperties: false },
    ),
    status: 201,
    answer: Type.Object({
      id: Type.Integer(),
      token: Type.String(),
      install: Type.String({ description: 'A line for the shell of the host' }),
    }),
    async handle({ body: { hosts = ['*'], mayReplace = false, expiresInSeconds }, principal, request }) {
      const change = { action: 'join-token.create', subject: hosts.join(', '), resource: '/hosts' };
      const expiry =
        expiresInSeconds === undefined ? {} : { expiresAt: clock.now() + expiresInSeconds * 1000 };
      const created = await recordedWrite(parts, principal, change, (unit) =>
        identity.createJoinToken(unit, { hosts, mayReplace, ...expiry }),
      );
      return { ...created, install: installLine(parts.publicUrl(request), created.token, hosts) };
    },
  });

  nativeRoute(app, {
    method: 'DELETE',
    url: '/join-tokens/:id',
    tag: 'hosts',
    summary: 'Revoke a join token; hosts that joined with it stay',
    access: managers,
    params: Type.Object({ id: Type.Integer() }),
    async handle({ params: { id }, principal }) {
      const change = { action: 'join-token.revoke', subject: `join token ${id}`, resource: '/hosts' };
      await recordedWrite(parts, principal, change, async (unit) => {
        if (!(await identity.revokeJoinToken(unit, id)))
          throw new CoreError('not-found', `There is no join token ${id}`);
      });
    },
  });
}
