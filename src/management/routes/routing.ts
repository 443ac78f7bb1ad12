import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../errors/index.ts';
import type { Parts } from '../../http/index.ts';
import { nativeRoute } from '../native-route.ts';

const route = Type.Object({
  host: Type.String({ description: 'The host name that requests carry' }),
  targets: Type.Array(Type.Object({ pool: Type.String(), weight: Type.Integer() }), {
    description: 'Weights are whole percents with the sum 100; an empty list: nobody serves it',
  }),
  whenEmpty: Type.String(),
  dialect: Type.String(),
});

const router = Type.Object({
  id: Type.String(),
  address: Type.String(),
  lastHeardAt: Type.Integer({ description: 'Epoch milliseconds' }),
  live: Type.Boolean(),
  applied: Type.Integer({ description: 'The version of the routing table that it follows' }),
});

const one = Type.Object({ host: Type.String({ minLength: 1, maxLength: 253 }) });

/** Routes and the routers that follow them. */
export function routingRoutes(app: FastifyInstance, { engine: { routes } }: Parts): void {
  nativeRoute(app, {
    method: 'GET',
    url: '/routes',
    tag: 'routes',
    summary: 'List the host names that routers answer for, and where their requests go',
    access: { permission: 'routes.read', resource: () => '/routes' },
    answer: Type.Object({ items: Type.Array(route) }),
    handle: async () => ({ items: await routes.list() }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/routes/:host',
    tag: 'routes',
    summary: 'One route',
    access: {
      permission: 'routes.read',
      resource: (request) => `/routes/${(request.params as { host: string }).host}`,
    },
    params: one,
    answer: route,
    async handle({ params: { host } }) {
      const found = await routes.find(host);
      if (!found) throw new CoreError('not-found', `There is no route for ${host}`);
      return found;
    },
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/routers',
    tag: 'routes',
    summary: 'List the routers that are connected, or were lately',
    access: { permission: 'routes.read', resource: () => '/routes' },
    answer: Type.Object({ items: Type.Array(router) }),
    handle: async () => ({ items: await routes.routers() }),
  });
}
