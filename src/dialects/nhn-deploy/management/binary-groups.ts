import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { nativeRoute } from '../../../management/index.ts';
import type { Reader } from '../../../storage/index.ts';
import { nativeActor } from '../actor.ts';
import { setDefaultGroup } from '../artifacts.ts';
import { policyOf } from '../auto-delete.ts';
import {
  createBinaryGroup,
  deleteBinaryGroup,
  renewPageAddress,
  updateBinaryGroup,
} from '../binary-groups.ts';
import type { Context } from '../context.ts';
import { addressOf, systemsWithPages } from '../pages/group-pages.ts';
import {
  binaryGroupChange,
  binaryGroupFields,
  binaryGroupShape,
  installPages,
  policyFrom,
  policyInput,
} from '../shapes/binary-group.ts';
import { objectName } from '../shapes/text.ts';
import type { Artifact } from '../store/artifact.ts';
import { type BinaryGroup, binaryGroupById, listBinaryGroups } from '../store/binary-group.ts';
import {
  artifactOfPath,
  artifactOnly,
  artifactUrl,
  onArtifact,
  paramsWith,
  present,
} from './artifact-scope.ts';

const tag = 'nhn-deploy binary groups';
const url = `${artifactUrl}/binary-groups`;
const one = paramsWith('group');

/** Binary groups with their auto-delete policy and the addresses of their install pages. */
export function binaryGroupRoutes(app: FastifyInstance, context: Context): void {
  const { storage } = context.parts;

  nativeRoute(app, {
    method: 'GET',
    url,
    tag,
    summary: 'List the binary groups, by name',
    access: onArtifact('nhn-deploy.read'),
    params: artifactOnly,
    answer: Type.Object({ items: Type.Array(binaryGroupShape) }),
    handle: (call) =>
      storage.read(async (reader) => {
        const artifact = await artifactOfPath(reader, call.params);
        const groups = await listBinaryGroups(reader, artifact.id);
        return { items: groups.map((group) => shown(artifact, group)) };
      }),
  });

  nativeRoute(app, {
    method: 'POST',
    url,
    tag,
    summary: 'Create a binary group',
    access: onArtifact('nhn-deploy.manage'),
    params: artifactOnly,
    body: Type.Object(binaryGroupFields, { additionalProperties: false }),
    status: 201,
    answer: binaryGroupShape,
    handle: (call) =>
      storage.write(async (unit) => {
        const artifact = await artifactOfPath(unit, call.params);
        const actor = nativeActor(call.principal.name);
        const { default: isDefault, autoDelete, ...fields } = call.body;
        const input = { ...fields, autoDelete: policyFrom(autoDelete) };
        const group = await createBinaryGroup(context, unit, actor, artifact, input);
        return shown(
          isDefault ? await setDefaultGroup(context, unit, actor, artifact, group.id) : artifact,
          group,
        );
      }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: `${url}/:group`,
    tag,
    summary: 'One binary group',
    access: onArtifact('nhn-deploy.read'),
    params: one,
    answer: binaryGroupShape,
    handle: (call) =>
      storage.read(async (reader) => {
        const { artifact, group } = await groupOfPath(reader, call.params);
        return shown(artifact, group);
      }),
  });

  nativeRoute(app, {
    method: 'PATCH',
    url: `${url}/:group`,
    tag,
    summary: 'Change a binary group; a changed policy is applied soon',
    access: onArtifact('nhn-deploy.manage'),
    params: one,
    body: Type.Object(
      { name: Type.Optional(objectName), ...binaryGroupChange },
      { additionalProperties: false },
    ),
    answer: binaryGroupShape,
    handle: (call) =>
      storage.write(async (unit) => {
        const { artifact, group } = await groupOfPath(unit, call.params);
        const actor = nativeActor(call.principal.name);
        const { default: isDefault, autoDelete, ...fields } = call.body;
        const change = { ...fields, autoDelete: policyFrom(autoDelete) };
        const changed = await updateBinaryGroup(context, unit, actor, artifact, group, change);
        return shown(
          isDefault ? await setDefaultGroup(context, unit, actor, artifact, group.id) : artifact,
          changed,
        );
      }),
  });

  nativeRoute(app, {
    method: 'DELETE',
    url: `${url}/:group`,
    tag,
    summary: 'Delete a binary group with its binaries; never the group Default',
    access: onArtifact('nhn-deploy.manage'),
    params: one,
    handle: (call) =>
      storage.write(async (unit) => {
        const { artifact, group } = await groupOfPath(unit, call.params);
        await deleteBinaryGroup(context, unit, nativeActor(call.principal.name), artifact, group);
      }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: `${url}/:group/pages`,
    tag,
    summary: 'The addresses of the install pages of a client group',
    access: onArtifact('nhn-deploy.read'),
    params: one,
    answer: installPages,
    handle: async (call) => {
      const { artifact, group } = await storage.read((reader) => groupOfPath(reader, call.params));
      present(artifact.type === 'client' ? artifact : undefined, 'install pages: it is no client artifact');
      return await pagesOf(context, context.parts.publicUrl(call.request), group);
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: `${url}/:group/pages/renew`,
    tag,
    summary: 'Give the install pages new addresses; the old ones lead nowhere at once',
    access: onArtifact('nhn-deploy.manage'),
    params: one,
    answer: installPages,
    handle: async (call) => {
      const renewed = await storage.write(async (unit) => {
        const { artifact, group } = await groupOfPath(unit, call.params);
        return await renewPageAddress(context, unit, nativeActor(call.principal.name), artifact, group);
      });
      return await pagesOf(context, context.parts.publicUrl(call.request), renewed);
    },
  });
}

/** The artifact and the binary group of a path; throws `not-found`. */
export async function groupOfPath(
  reader: Reader,
  params: Static<typeof artifactOnly> & { group: number },
): Promise<{ artifact: Artifact; group: BinaryGroup }> {
  const artifact = await artifactOfPath(reader, params);
  const group = await binaryGroupById(reader, artifact.id, params.group);
  return { artifact, group: present(group, `binary group ${params.group}`) };
}

async function pagesOf(
  context: Context,
  publicUrl: string,
  group: BinaryGroup,
): Promise<Static<typeof installPages>> {
  const { fixed, recent } = await systemsWithPages(context, group);
  const urls = (kind: 'fixed' | 'recent', systems: readonly string[]) =>
    Object.fromEntries(systems.map((os) => [os, publicUrl + addressOf(group, { kind, os })]));
  return {
    all: publicUrl + addressOf(group, { kind: 'all', os: '' }),
    fixed: urls('fixed', fixed),
    recent: urls('recent', recent),
  };
}

function shown(artifact: Artifact, group: BinaryGroup): Static<typeof binaryGroupShape> {
  return {
    key: group.id,
    name: group.name,
    description: group.description,
    region: group.region,
    default: artifact.default_binary_group_id === group.id,
    hasPassword: group.password_hash !== null,
    autoDelete: policyInput(policyOf(group)),
    uploadAlert: group.upload_alert === 1,
    createdAt: group.created_at,
  };
}
