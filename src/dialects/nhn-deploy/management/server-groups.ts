import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nativeRoute } from '../../../management/index.ts';
import type { Reader } from '../../../storage/index.ts';
import { nativeActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { declaredServer, serverGroupDeclaration, serverGroupFields } from '../declaration/server-groups.ts';
import { addServers, createServerGroup, deleteServerGroup, updateServerGroup } from '../server-groups.ts';
import { readServerLines } from '../server-lines.ts';
import { listServerGroups, type ServerGroup, serverGroupById, serversOf } from '../store/server-group.ts';
import { validateGroup } from '../validate-group.ts';
import {
  artifactOfPath,
  artifactOnly,
  artifactUrl,
  onArtifact,
  paramsWith,
  present,
} from './artifact-scope.ts';

const server = Type.Object({
  hostname: Type.String(),
  instanceName: Type.Union([Type.String(), Type.Null()]),
  ip: Type.Union([Type.String(), Type.Null()]),
  os: Type.Union([Type.String(), Type.Null()]),
  /** Whether the agent is heard now. */
  up: Type.Boolean(),
});

const serverGroup = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  description: Type.Union([Type.String(), Type.Null()]),
  os: Type.String(),
  shell: Type.String(),
  phase: Type.String(),
  createdAt: Type.Integer(),
  servers: Type.Array(server),
});

const url = `${artifactUrl}/server-groups`;
const tag = 'nhn-deploy server groups';
const one = paramsWith('serverGroup');

/** Server groups and their servers. */
export function serverGroupRoutes(app: FastifyInstance, context: Context): void {
  const { engine, storage } = context.parts;

  const shown = async (reader: Reader, group: ServerGroup) => {
    const servers = await serversOf(reader, group.id);
    const up = await engine.hosts.up(servers.map((each) => each.hostname));
    const { id, name, description, os_type: os, shell, phase, created_at: createdAt } = group;
    const items = servers.map((each) => ({ ...each, up: up.get(each.hostname) ?? false }));
    return { id, name, description, os, shell, phase, createdAt, servers: items };
  };
  const find = async (reader: Reader, params: { project: number; artifact: number; serverGroup: number }) => {
    const artifact = await artifactOfPath(reader, params);
    const group = await serverGroupById(reader, artifact.id, params.serverGroup);
    return { artifact, group: present(group, `server group ${params.serverGroup}`) };
  };
  const answer = (group: ServerGroup) => storage.read((reader) => shown(reader, group));

  nativeRoute(app, {
    method: 'GET',
    url,
    tag,
    summary: 'List the server groups of an artifact',
    access: onArtifact('nhn-deploy.read'),
    params: artifactOnly,
    answer: Type.Object({ items: Type.Array(serverGroup) }),
    handle: ({ params }) =>
      storage.read(async (reader) => {
        const groups = await listServerGroups(reader, (await artifactOfPath(reader, params)).id);
        const items = [];
        for (const group of groups) items.push(await shown(reader, group));
        return { items };
      }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: `${url}/:serverGroup`,
    tag,
    summary: 'One server group with its servers',
    access: onArtifact('nhn-deploy.read'),
    params: one,
    answer: serverGroup,
    handle: ({ params }) => storage.read(async (reader) => shown(reader, (await find(reader, params)).group)),
  });

  nativeRoute(app, {
    method: 'POST',
    url,
    tag,
    summary: 'Make a server group',
    access: onArtifact('nhn-deploy.manage'),
    params: artifactOnly,
    body: serverGroupDeclaration,
    answer: serverGroup,
    status: 201,
    handle: async ({ params, body, principal }) =>
      answer(
        await storage.write(async (unit) => {
          const artifact = await artifactOfPath(unit, params);
          return await createServerGroup(context, unit, nativeActor(principal.name), artifact, body);
        }),
      ),
  });

  nativeRoute(app, {
    method: 'PATCH',
    url: `${url}/:serverGroup`,
    tag,
    summary: 'Change a server group; its servers are replaced as a list',
    access: onArtifact('nhn-deploy.manage'),
    params: one,
    body: Type.Object({ name: Type.Optional(Type.String()), ...serverGroupFields }),
    answer: serverGroup,
    handle: async ({ params, body, principal }) =>
      answer(
        await storage.write(async (unit) => {
          const { artifact, group } = await find(unit, params);
          return await updateServerGroup(context, unit, nativeActor(principal.name), artifact, group, body);
        }),
      ),
  });

  nativeRoute(app, {
    method: 'POST',
    url: `${url}/:serverGroup/servers`,
    tag,
    summary: 'Add servers, as a list or one a line: `host;ip;os;`',
    access: onArtifact('nhn-deploy.manage'),
    params: one,
    body: Type.Object({
      servers: Type.Optional(Type.Array(declaredServer)),
      lines: Type.Optional(Type.String({ maxLength: 1_000_000 })),
    }),
    answer: serverGroup,
    handle: async ({ params, body, principal }) => {
      const listed = (body.servers ?? []).map((each) =>
        typeof each === 'string' ? { hostname: each } : each,
      );
      const servers = [...listed, ...readServerLines(body.lines ?? '')];
      const group = await storage.write(async (unit) => {
        const found = await find(unit, params);
        await addServers(context, unit, nativeActor(principal.name), found.artifact, found.group, servers);
        return found.group;
      });
      return await answer(group);
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: `${url}/:serverGroup/validation`,
    tag,
    summary: 'Check agent and shell of every server: starts a rollout that does nothing else',
    access: onArtifact('nhn-deploy.run'),
    params: one,
    answer: Type.Object({ rolloutId: Type.String() }),
    status: 202,
    handle: ({ params, principal }) =>
      storage.write(async (unit) => {
        const { artifact, group } = await find(unit, params);
        return await validateGroup(context, unit, nativeActor(principal.name), artifact, group);
      }),
  });

  nativeRoute(app, {
    method: 'DELETE',
    url: `${url}/:serverGroup`,
    tag,
    summary: 'Delete a server group; its histories stay',
    access: onArtifact('nhn-deploy.manage'),
    params: one,
    handle: ({ params, principal }) =>
      storage.write(async (unit) => {
        const { artifact, group } = await find(unit, params);
        await deleteServerGroup(context, unit, nativeActor(principal.name), artifact, group);
      }),
  });
}
