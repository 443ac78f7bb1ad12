import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../errors/index.ts';
import type { Parts } from '../../http/index.ts';
import { nativeRoute } from '../native-route.ts';
import { recordedWrite } from '../record.ts';
import { hostName, labels } from '../shapes/host.ts';

const host = Type.Object({
  name: hostName,
  address: Type.String(),
  labels,
  platform: Type.String(),
  agentVersion: Type.String(),
  joinedAt: Type.Union([Type.Integer(), Type.Null()]),
  lastHeardAt: Type.Union([Type.Integer(), Type.Null()]),
  up: Type.Boolean(),
});

const one = Type.Object({ name: hostName });
const resource = (request: { params: unknown }): string =>
  `/hosts/${(request.params as { name: string }).name}`;

/** Hosts: list, one, declare, remove. */
export function hostRoutes(app: FastifyInstance, parts: Parts): void {
  const { hosts } = parts.engine;

  nativeRoute(app, {
    method: 'GET',
    url: '/hosts',
    tag: 'hosts',
    summary: 'List hosts',
    access: { permission: 'hosts.read', resource: () => '/hosts' },
    answer: Type.Object({ items: Type.Array(host) }),
    handle: async () => ({ items: await hosts.list() }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/hosts/:name',
    tag: 'hosts',
    summary: 'One host',
    access: { permission: 'hosts.read', resource },
    params: one,
    answer: host,
    async handle({ params }) {
      const found = await hosts.find(params.name);
      if (!found) throw new CoreError('not-found', `There is no host ${params.name}`);
      return found;
    },
  });

  nativeRoute(app, {
    method: 'PUT',
    url: '/hosts/:name',
    tag: 'hosts',
    summary: 'Declare a host that need not have joined yet, or merge labels into one',
    access: { permission: 'hosts.manage', resource },
    params: one,
    body: Type.Object({ labels: Type.Optional(labels) }, { additionalProperties: false }),
    answer: host,
    async handle({ params: { name }, body, principal }) {
      const change = { action: 'host.declare', subject: name, resource: `/hosts/${name}` };
      await recordedWrite(parts, principal, change, (unit) => hosts.declare(unit, { name, ...body }));
      return hosts.find(name);
    },
  });

  nativeRoute(app, {
    method: 'DELETE',
    url: '/hosts/:name',
    tag: 'hosts',
    summary: 'Forget a host and its credential',
    access: { permission: 'hosts.manage', resource },
    params: one,
    async handle({ params: { name }, principal }) {
      const change = { action: 'host.remove', subject: name, resource: `/hosts/${name}` };
      await recordedWrite(parts, principal, change, async (unit) => {
        if (!(await hosts.remove(unit, name))) throw new CoreError('not-found', `There is no host ${name}`);
      });
    },
  });
}
