import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../errors/index.ts';
import type { Parts } from '../../http/index.ts';
import { nativeRoute } from '../native-route.ts';
import { reachAll } from '../reach.ts';
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
      description: 'Try from this server whether their ports can be reached at the address of the host',
    }),
  },
  { additionalProperties: false },
);
const reachable = Type.Optional(Type.Union([Type.Boolean(), Type.Null()]));

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
    url: '/hosts/:name/instances',
    tag: 'instances',
    summary: 'List the instances of a host, and whether they can be reached',
    access: {
      permission: 'hosts.read',
      resource: (request) => `/hosts/${(request.params as { name: string }).name}`,
    },
    params: Type.Object({ name: hostName }),
    query: ofHost,
    answer: Type.Object({ items: Type.Array(Type.Object({ ...instanceShape, reachable })) }),
    async handle({ params: { name }, query }) {
      const host = await engine.hosts.find(name);
      if (!host) throw new CoreError('not-found', `There is no host ${name}`);
      const items = await engine.instances.list({ hosts: [name] });
      if (!query.reach) return { items };
      const ports = items.map((item) =>
        item.state === 'stopped' || item.state === 'lost' ? null : item.port,
      );
      const reached = await reachAll(host.address, ports);
      return { items: items.map((item, place) => ({ ...item, reachable: reached[place] ?? null })) };
    },
  });
}
