import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { nativeRoute } from '../../../management/index.ts';
import { nativeActor } from '../actor.ts';
import { createArtifact, deleteArtifact, updateArtifact } from '../artifacts.ts';
import type { Context } from '../context.ts';
import { artifactChange, artifactFields, artifactShape } from '../shapes/artifact.ts';
import { objectName } from '../shapes/text.ts';
import { type Artifact, searchArtifacts } from '../store/artifact.ts';
import { projectResource } from '../store/project.ts';
import { artifactOfPath, artifactOnly, artifactUrl, onArtifact } from './artifact-scope.ts';
import { projectOfPath } from './projects.ts';

const tag = 'nhn-deploy artifacts';
const url = '/projects/:project/artifacts';
const params = Type.Object({ project: Type.Integer({ minimum: 1 }) });
const onProject = (permission: string) => ({
  permission,
  resource: (request: FastifyRequest) => projectResource((request.params as { project: number }).project),
});

/** Artifacts: list, create, change, delete. */
export function artifactRoutes(app: FastifyInstance, context: Context): void {
  const { storage } = context.parts;

  nativeRoute(app, {
    method: 'GET',
    url,
    tag,
    summary: 'List the artifacts of a project, newest first',
    access: onProject('nhn-deploy.read'),
    params,
    query: Type.Object({
      name: Type.Optional(Type.String({ description: 'Part of the name, letter case ignored.' })),
    }),
    answer: Type.Object({ items: Type.Array(artifactShape) }),
    handle: async (call) => {
      const found = await storage.read((reader) =>
        searchArtifacts(reader, call.params.project, call.query.name ?? ''),
      );
      return { items: found.map(shown) };
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url,
    tag,
    summary: 'Create an artifact with its binary group Default',
    access: onProject('nhn-deploy.manage'),
    params,
    body: Type.Object(artifactFields, { additionalProperties: false }),
    status: 201,
    answer: artifactShape,
    handle: (call) =>
      storage.write(async (unit) => {
        const project = await projectOfPath(unit, call.params.project);
        const actor = nativeActor(call.principal.name);
        return shown(await createArtifact(context, unit, actor, project.id, call.body));
      }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: artifactUrl,
    tag,
    summary: 'One artifact',
    access: onArtifact('nhn-deploy.read'),
    params: artifactOnly,
    answer: artifactShape,
    handle: async (call) => shown(await storage.read((reader) => artifactOfPath(reader, call.params))),
  });

  nativeRoute(app, {
    method: 'PATCH',
    url: artifactUrl,
    tag,
    summary: 'Change an artifact; its type stays',
    access: onArtifact('nhn-deploy.manage'),
    params: artifactOnly,
    body: Type.Object(
      { name: Type.Optional(objectName), ...artifactChange },
      { additionalProperties: false },
    ),
    answer: artifactShape,
    handle: (call) =>
      storage.write(async (unit) => {
        const artifact = await artifactOfPath(unit, call.params);
        return shown(
          await updateArtifact(context, unit, nativeActor(call.principal.name), artifact, call.body),
        );
      }),
  });

  nativeRoute(app, {
    method: 'DELETE',
    url: artifactUrl,
    tag,
    summary: 'Delete an artifact with its groups and binaries; refused while a running deployment needs one',
    access: onArtifact('nhn-deploy.manage'),
    params: artifactOnly,
    handle: (call) =>
      storage.write(async (unit) => {
        const artifact = await artifactOfPath(unit, call.params);
        await deleteArtifact(context, unit, nativeActor(call.principal.name), artifact);
      }),
  });
}

function shown(artifact: Artifact) {
  return {
    id: artifact.id,
    name: artifact.name,
    description: artifact.description,
    type: artifact.type,
    commandType: artifact.command_type,
    port: artifact.port,
    region: artifact.region,
    defaultBinaryGroup: artifact.default_binary_group_id,
    notification: artifact.notification === 1,
    hasHook: artifact.hook_secret_id !== null,
    createdAt: artifact.created_at,
    lastDeployedAt: artifact.last_deployed_at,
  };
}
