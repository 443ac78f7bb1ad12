import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Pool } from '../../engine/index.ts';
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

const pool = Type.Object({
  name: Type.String(),
  dialect: Type.String(),
  noun: Type.String(),
  ownerId: Type.String({ description: 'Whose instances they are: `noun` and this id in the dialect' }),
  madeAt: Type.Integer({ description: 'Epoch milliseconds' }),
  launched: Type.Integer({ description: 'Instances that are wanted and were started' }),
  healthy: Type.Integer(),
  routes: Type.Array(Type.Object({ host: Type.String(), weight: Type.Integer() }), {
    description: 'The host names that send it requests, and their share in percent',
  }),
});

const named = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });
const ofPool = Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }) });
const one = Type.Object({ host: Type.String({ minLength: 1, maxLength: 253 }) });

/** Routes, the routers that follow them, and the pools behind them. */
export function routingRoutes(app: FastifyInstance, { engine: { routes, instances } }: Parts): void {
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

  nativeRoute(app, {
    method: 'GET',
    url: '/routers/:id',
    tag: 'routes',
    summary: 'One router',
    access: { permission: 'routes.read', resource: () => '/routes' },
    params: named,
    answer: router,
    async handle({ params: { id } }) {
      const found = (await routes.routers()).find((each) => each.id === id);
      if (!found) throw new CoreError('not-found', `There is no router ${id}`);
      return found;
    },
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/pools',
    tag: 'routes',
    summary: 'List the pools: how many instances they have, and which host names send them requests',
    access: { permission: 'routes.read', resource: () => '/routes' },
    answer: Type.Object({ items: Type.Array(pool) }),
    handle: async () => ({ items: await poolsWithRoutes(await instances.pools()) }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/pools/:name',
    tag: 'routes',
    summary: 'One pool',
    access: { permission: 'routes.read', resource: () => '/routes' },
    params: ofPool,
    answer: pool,
    async handle({ params: { name } }) {
      const [found] = await poolsWithRoutes(await instances.pools(name));
      if (!found) throw new CoreError('not-found', `There is no pool ${name}`);
      return found;
    },
  });

  async function poolsWithRoutes(pools: readonly Pool[]) {
    const known = new Map(pools.map((each) => [each.name, { ...each, routes: [] as Share[] }]));
    for (const { host, targets } of await routes.list()) {
      for (const target of targets) known.get(target.pool)?.routes.push({ host, weight: target.weight });
    }
    return [...known.values()];
  }
}

interface Share {
  readonly host: string;
  readonly weight: number;
}
