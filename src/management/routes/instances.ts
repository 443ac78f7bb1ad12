import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../errors/index.ts';
import type { Parts } from '../../http/index.ts';
import { nativeRoute } from '../native-route.ts';
import { reachAll } from '../reach.ts';
import { reachedByRouters } from '../router-reach.ts';
import { hostName } from '../shapes/host.ts';
import { instanceShape } from '../shapes/instance.ts';

const filter = Type.Object(
  {
    pool: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    host: Type.Optional(hostName),
  },
  { additionalProperties: false },
);
const ofHost = Type.Object(
  {
    reach: Type.Boolean({
      default: false,
      description:
        'Try from this server whether their ports can be reached at the address of the host, and say what routers found',
    }),
  },
  { additionalProperties: false },
);
const reachable = Type.Optional(Type.Union([Type.Boolean(), Type.Null()]));
const routers = Type.Optional(
  Type.Array(
    Type.Object({
      id: Type.String(),
      address: Type.String(),
      outcome: Type.Union(
        (['reached', 'refused', 'timed-out', 'unknown-name', 'no-way', 'untried'] as const).map((outcome) =>
          Type.Literal(outcome),
        ),
        {
          description:
            'How its own try to connect went; a router tries the instances that it sends requests to',
        },
      ),
      toldAt: Type.Union([Type.Integer({ description: 'Epoch milliseconds' }), Type.Null()]),
    }),
    { description: 'What each live router says' },
  ),
);
const one = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });

/** Instances: all, those of a pool, those of a host. */
export function instanceRoutes(app: FastifyInstance, { engine }: Parts): void {
  nativeRoute(app, {
    method: 'GET',
    url: '/instances',
    tag: 'instances',
    summary: 'List the supervised processes and containers of all hosts',
    access: { permission: 'hosts.read', resource: () => '/hosts' },
    query: filter,
    answer: Type.Object({ items: Type.Array(Type.Object(instanceShape)) }),
    handle: async ({ query: { pool, host } }) => ({
      items: await engine.instances.list({
        ...(pool === undefined ? {} : { pools: [pool] }),
        ...(host === undefined ? {} : { hosts: [host] }),
      }),
    }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/instances/:id',
    tag: 'instances',
    summary: 'One instance',
    access: { permission: 'hosts.read', resource: () => '/hosts' },
    params: one,
    answer: Type.Object(instanceShape),
    async handle({ params: { id } }) {
      const found = await engine.instances.find(id);
      if (!found) throw new CoreError('not-found', `There is no instance ${id}`);
      return found;
    },
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/hosts/:name/instances',
    tag: 'instances',
    summary: 'List the instances of a host, and whether they can be reached',
    access: {
      permission: 'hosts.read',
      resource: (request) => `/hosts/${(request.params as { name: string }).name}`,
    },
    params: Type.Object({ name: hostName }),
    query: ofHost,
    answer: Type.Object({ items: Type.Array(Type.Object({ ...instanceShape, reachable, routers })) }),
    async handle({ params: { name }, query }) {
      const host = await engine.hosts.find(name);
      if (!host) throw new CoreError('not-found', `There is no host ${name}`);
      const items = await engine.instances.list({ hosts: [name] });
      if (!query.reach) return { items };
      const ports = items.map((item) =>
        item.state === 'stopped' || item.state === 'lost' ? null : item.port,
      );
      const [reached, found] = await Promise.all([
        reachAll(host.address, ports),
        reachedByRouters(engine.routes, items, host.address),
      ]);
      return {
        items: items.map((item, place) => ({
          ...{ ...item, reachable: reached[place] ?? null },
          routers: found.get(item.id) ?? [],
        })),
      };
    },
  });
}
