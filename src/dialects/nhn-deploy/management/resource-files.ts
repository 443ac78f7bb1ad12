import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import type { Blob, Reader } from '../../../storage/index.ts';
import { nativeActor } from '../actor.ts';
import type { Context } from '../context.ts';
import {
  addRevision,
  createResourceFile,
  deleteResourceFile,
  renameResourceFile,
} from '../resource-files.ts';
import { encodeText, largestResource, resourceEncodings } from '../resource-text.ts';
import { resourceFiles } from '../store/resource.ts';
import { artifactOfPath, artifactUrl, onArtifact, paramsWith, present } from './artifact-scope.ts';
import { groupOfPath } from './resource-groups.ts';
import { resourceFileShape, revisionShape, showFile, showRevision } from './resource-shapes.ts';

/** Where the files of an artifact lie. */
export const resourceFileUrl = `${artifactUrl}/resource-files/:file`;
/** The ids of such a path. */
export const fileParams = paramsWith('file');
/** The heading of these routes in the documentation. */
export const resourceTag = 'nhn-deploy resource files';

const encoding = Type.Enum([...resourceEncodings]);
const comment = Type.Optional(Type.String({ maxLength: 1000 }));
const textBody = { text: Type.String(), encoding: Type.Optional(encoding), comment };
const uploadQuery = { comment, encoding: Type.Optional(encoding) };
const bytesOnly = 'Send the bytes as application/octet-stream';

/** The file of a path; throws `not-found`. */
export async function fileOfPath(
  reader: Reader,
  params: { project: number; artifact: number; file: number },
) {
  const artifact = await artifactOfPath(reader, params);
  const found = (await resourceFiles(reader, artifact.id)).find((file) => file.id === params.file);
  return { artifact, file: present(found, `resource file ${params.file}`) };
}

/** Resource files: make, revise, rename, delete; by text or by an upload of up to 1 GiB. */
export function resourceFileRoutes(app: FastifyInstance, context: Context): void {
  const { blobs, storage } = context.parts;
  const keep = async (source: AsyncIterable<Uint8Array>): Promise<Blob> =>
    await (await blobs.spool(source, { limit: largestResource })).keep();
  const keepText = (body: { text: string; encoding?: (typeof resourceEncodings)[number] }) =>
    keep(once(encodeText(body.text, body.encoding ?? 'UTF-8')));

  nativeRoute(app, {
    method: 'POST',
    url: `${artifactUrl}/resource-groups/:group/files`,
    tag: resourceTag,
    summary: 'Make a text file, at most 1 MiB',
    access: onArtifact('nhn-deploy.manage'),
    params: paramsWith('group'),
    body: Type.Object({ name: Type.String(), ...textBody }),
    bodyLimit: 8_388_608,
    answer: resourceFileShape,
    status: 201,
    async handle({ params, body, principal }) {
      const blob = await keepText(body);
      const revision = { blob, encoding: body.encoding ?? 'UTF-8', comment: body.comment ?? null };
      return await create(params, body.name, revision, principal.name);
    },
  });

  nativeRoute(app, {
    method: 'PUT',
    url: `${artifactUrl}/resource-groups/:group/files/:name`,
    tag: resourceTag,
    summary: `Make a file of at most 1 GiB. ${bytesOnly}`,
    access: onArtifact('nhn-deploy.manage'),
    params: Type.Object({ ...paramsWith('group').properties, name: Type.String() }),
    query: Type.Object(uploadQuery),
    answer: resourceFileShape,
    status: 201,
    async handle({ params, query, request, principal }) {
      const blob = await keep(bytesOf(request.body));
      const revision = { blob, encoding: query.encoding ?? null, comment: query.comment ?? null };
      return await create(params, params.name, revision, principal.name);
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: `${resourceFileUrl}/revisions`,
    tag: resourceTag,
    summary: 'Change a file by text, at most 1 MiB; the new revision deploys from now on',
    access: onArtifact('nhn-deploy.manage'),
    params: fileParams,
    body: Type.Object(textBody),
    bodyLimit: 8_388_608,
    answer: revisionShape,
    status: 201,
    async handle({ params, body, principal }) {
      const blob = await keepText(body);
      return await revise(
        params,
        { blob, encoding: body.encoding ?? 'UTF-8', comment: body.comment ?? null },
        principal.name,
      );
    },
  });

  nativeRoute(app, {
    method: 'PUT',
    url: `${resourceFileUrl}/content`,
    tag: resourceTag,
    summary: `Change a file by an upload of at most 1 GiB. ${bytesOnly}`,
    access: onArtifact('nhn-deploy.manage'),
    params: fileParams,
    query: Type.Object(uploadQuery),
    answer: revisionShape,
    status: 201,
    async handle({ params, query, request, principal }) {
      const blob = await keep(bytesOf(request.body));
      return await revise(
        params,
        { blob, encoding: query.encoding ?? null, comment: query.comment ?? null },
        principal.name,
      );
    },
  });

  nativeRoute(app, {
    method: 'PATCH',
    url: resourceFileUrl,
    tag: resourceTag,
    summary: 'Rename a file',
    access: onArtifact('nhn-deploy.manage'),
    params: fileParams,
    body: Type.Object({ name: Type.String() }),
    handle: ({ params, body, principal }) =>
      storage.write(async (unit) => {
        const { artifact, file } = await fileOfPath(unit, params);
        const { group } = await groupOfPath(unit, { ...params, group: file.groupId });
        await renameResourceFile(
          context,
          unit,
          nativeActor(principal.name),
          artifact,
          group,
          file,
          body.name,
        );
      }),
  });

  nativeRoute(app, {
    method: 'DELETE',
    url: resourceFileUrl,
    tag: resourceTag,
    summary: 'Delete a file with its revisions',
    access: onArtifact('nhn-deploy.manage'),
    params: fileParams,
    handle: ({ params, principal }) =>
      storage.write(async (unit) => {
        const { artifact, file } = await fileOfPath(unit, params);
        await deleteResourceFile(context, unit, nativeActor(principal.name), artifact, file);
      }),
  });

  type Revision = Parameters<typeof addRevision>[5];

  async function create(
    params: { project: number; artifact: number; group: number },
    name: string,
    revision: Revision,
    by: string,
  ) {
    return await storage.write(async (unit) => {
      const { artifact, group } = await groupOfPath(unit, params);
      const input = { name, revision };
      const made = await createResourceFile(context, unit, nativeActor(by), artifact, group, input);
      return showFile({ ...made, groupId: group.id, groupName: group.name, newest: made.revision });
    });
  }

  async function revise(
    params: { project: number; artifact: number; file: number },
    revision: Revision,
    by: string,
  ) {
    return await storage.write(async (unit) => {
      const { artifact, file } = await fileOfPath(unit, params);
      return showRevision(await addRevision(context, unit, nativeActor(by), artifact, file, revision));
    });
  }
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}

function bytesOf(body: unknown): Readable {
  if (typeof body === 'object' && body !== null && 'pipe' in body) return body as Readable;
  throw new CoreError('invalid', 'the body should be the bytes of the file, as application/octet-stream');
}
