import { buffer } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import { sendBlob } from '../../../http/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import { nativeActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { restoreRevision } from '../resource-files.ts';
import { decodeText, largestText } from '../resource-text.ts';
import { resourceRevisions } from '../store/resource.ts';
import { onArtifact, present } from './artifact-scope.ts';
import { fileOfPath, fileParams, resourceFileUrl, resourceTag } from './resource-files.ts';
import { revisionShape, showRevision } from './resource-shapes.ts';

const oneRevision = Type.Object({ ...fileParams.properties, revision: Type.Integer({ minimum: 1 }) });

/** The revisions of resource files: list, text, bytes, restore. */
export function resourceRevisionRoutes(app: FastifyInstance, context: Context): void {
  const { blobs, storage } = context.parts;

  async function find(params: { project: number; artifact: number; file: number; revision: number }) {
    return await storage.read(async (reader) => {
      const { file } = await fileOfPath(reader, params);
      const all = await resourceRevisions(reader, file.id);
      const found = all.find((each) => each.number === params.revision);
      return { file, revision: present(found, `revision ${params.revision} of ${file.name}`) };
    });
  }

  nativeRoute(app, {
    method: 'GET',
    url: `${resourceFileUrl}/revisions`,
    tag: resourceTag,
    summary: 'The revisions of a file, newest first',
    access: onArtifact('nhn-deploy.read'),
    params: fileParams,
    answer: Type.Object({ items: Type.Array(revisionShape) }),
    handle: ({ params }) =>
      storage.read(async (reader) => {
        const { file } = await fileOfPath(reader, params);
        return { items: (await resourceRevisions(reader, file.id)).map(showRevision) };
      }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: `${resourceFileUrl}/revisions/:revision/text`,
    tag: resourceTag,
    summary: 'A revision as text, at most 1 MiB',
    access: onArtifact('nhn-deploy.read'),
    params: oneRevision,
    answer: Type.Object({ text: Type.String(), encoding: Type.String() }),
    async handle({ params }) {
      const { revision } = await find(params);
      if (revision.size > largestText) {
        throw new CoreError('too-large', `the revision has ${revision.size} bytes; download it instead`);
      }
      const encoding = revision.encoding ?? 'UTF-8';
      return { text: decodeText(await buffer(await blobs.open(revision.sha256)), encoding), encoding };
    },
  });

  nativeRoute(app, {
    method: 'GET',
    url: `${resourceFileUrl}/revisions/:revision/content`,
    tag: resourceTag,
    summary: 'The bytes of a revision',
    access: onArtifact('nhn-deploy.read'),
    params: oneRevision,
    streams: 'application/octet-stream',
    alsoHead: true,
    async handle({ params, request, reply }) {
      const { file, revision } = await find(params);
      return await sendBlob(request, reply, blobs, revision, { fileName: file.name });
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: `${resourceFileUrl}/revisions/:revision/restore`,
    tag: resourceTag,
    summary: 'Make an old revision the newest',
    access: onArtifact('nhn-deploy.manage'),
    params: oneRevision,
    answer: revisionShape,
    status: 201,
    handle: ({ params, principal }) =>
      storage.write(async (unit) => {
        const { artifact, file } = await fileOfPath(unit, params);
        const actor = nativeActor(principal.name);
        return showRevision(await restoreRevision(context, unit, actor, artifact, file, params.revision));
      }),
  });
}
