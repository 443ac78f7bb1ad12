import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nativeRoute } from '../../../management/index.ts';
import type { Reader } from '../../../storage/index.ts';
import { nativeActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { createResourceGroup, deleteResourceGroup } from '../resource-files.ts';
import { resourceFiles, resourceGroups } from '../store/resource.ts';
import {
  artifactOfPath,
  artifactOnly,
  artifactUrl,
  onArtifact,
  paramsWith,
  present,
} from './artifact-scope.ts';
import { resourceFileShape, showFile } from './resource-shapes.ts';

const url = `${artifactUrl}/resource-groups`;
const tag = 'nhn-deploy resource files';
const one = paramsWith('group');

/** The file group of a path; throws `not-found`. */
export async function groupOfPath(
  reader: Reader,
  params: { project: number; artifact: number; group: number },
) {
  const artifact = await artifactOfPath(reader, params);
  const found = (await resourceGroups(reader, artifact.id)).find((group) => group.id === params.group);
  return { artifact, group: present(found, `file group ${params.group}`) };
}

/** Groups of resource files. */
export function resourceGroupRoutes(app: FastifyInstance, context: Context): void {
  const { storage } = context.parts;

  nativeRoute(app, {
    method: 'GET',
    url,
    tag,
    summary: 'List the file groups of an artifact with their files',
    access: onArtifact('nhn-deploy.read'),
    params: artifactOnly,
    answer: Type.Object({
      items: Type.Array(
        Type.Object({ id: Type.Integer(), name: Type.String(), files: Type.Array(resourceFileShape) }),
      ),
    }),
    handle: ({ params }) =>
      storage.read(async (reader) => {
        const artifact = await artifactOfPath(reader, params);
        const files = await resourceFiles(reader, artifact.id);
        const items = (await resourceGroups(reader, artifact.id)).map(({ id, name }) => ({
          id,
          name,
          files: files.filter((file) => file.groupId === id).map(showFile),
        }));
        return { items };
      }),
  });

  nativeRoute(app, {
    method: 'POST',
    url,
    tag,
    summary: 'Make a file group',
    access: onArtifact('nhn-deploy.manage'),
    params: artifactOnly,
    body: Type.Object({ name: Type.String() }),
    answer: Type.Object({ id: Type.Integer(), name: Type.String() }),
    status: 201,
    handle: ({ params, body, principal }) =>
      storage.write(async (unit) => {
        const artifact = await artifactOfPath(unit, params);
        const { id, name } = await createResourceGroup(context, unit, nativeActor(principal.name), artifact, {
          name: body.name,
        });
        return { id, name };
      }),
  });

  nativeRoute(app, {
    method: 'DELETE',
    url: `${url}/:group`,
    tag,
    summary: 'Delete a file group with its files',
    access: onArtifact('nhn-deploy.manage'),
    params: one,
    handle: ({ params, principal }) =>
      storage.write(async (unit) => {
        const { artifact, group } = await groupOfPath(unit, params);
        await deleteResourceGroup(context, unit, nativeActor(principal.name), artifact, group);
      }),
  });
}
