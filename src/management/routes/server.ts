import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { version } from '../../../package.json';
import type { Dialect, Parts } from '../../http/index.ts';
import { coreRoles } from '../../identity/index.ts';
import { nativeRoute } from '../native-route.ts';

const anybody = { permission: 'self', checkedBy: 'handler' } as const;

/** What this installation is: version, address, dialects, roles. */
export function serverRoutes(app: FastifyInstance, parts: Parts, dialects: readonly Dialect[]): void {
  nativeRoute(app, {
    method: 'GET',
    url: '/server',
    tag: 'server',
    summary: 'Version, address, time and dialects of this server',
    access: anybody,
    answer: Type.Object({
      version: Type.String(),
      publicUrl: Type.String(),
      time: Type.Integer({ description: 'Epoch milliseconds' }),
      timeZone: Type.String(),
      database: Type.Union([Type.Literal('sqlite'), Type.Literal('postgres')]),
      dialects: Type.Array(Type.String()),
    }),
    handle: async ({ request }) => ({
      version,
      publicUrl: parts.publicUrl(request),
      time: parts.clock.now(),
      timeZone: parts.settings.timeZone,
      database: parts.storage.flavor.engine,
      dialects: dialects.map(({ name }) => name),
    }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/roles',
    tag: 'principals',
    summary: 'List the roles that can be granted, and what they may do',
    access: anybody,
    answer: Type.Object({
      items: Type.Array(Type.Object({ name: Type.String(), permissions: Type.Array(Type.String()) })),
    }),
    handle: async () => ({ items: [...coreRoles, ...dialects.flatMap(({ roles }) => roles)] }),
  });
}
