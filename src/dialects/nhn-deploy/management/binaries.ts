import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { nativeRoute } from '../../../management/index.ts';
import type { Reader, Unit } from '../../../storage/index.ts';
import { type Actor, nativeActor } from '../actor.ts';
import { deleteBinary, fixBinary, updateBinary } from '../binaries.ts';
import type { Context } from '../context.ts';
import { binaryShape } from '../shapes/binary.ts';
import { description } from '../shapes/text.ts';
import type { Artifact } from '../store/artifact.ts';
import { type Binary, liveBinary, pageOfBinaries } from '../store/binary.ts';
import { storeUpload } from '../upload.ts';
import { readUploadForm, readVersion } from '../upload-form.ts';
import {
  artifactOfPath,
  type artifactOnly,
  artifactUrl,
  onArtifact,
  paramsWith,
  present,
} from './artifact-scope.ts';
import { groupOfPath } from './binary-groups.ts';

const tag = 'nhn-deploy binaries';
const inGroup = `${artifactUrl}/binary-groups/:group/binaries`;
const url = `${artifactUrl}/binaries/:binary`;
const one = paramsWith('binary');

/** Binaries: list, upload, edit, delete, fix. */
export function binaryRoutes(app: FastifyInstance, context: Context): void {
  const { storage } = context.parts;
  const change = (
    params: Static<typeof one>,
    by: string,
    once: (unit: Unit, actor: Actor, artifact: Artifact, binary: Binary) => Promise<Binary>,
  ) =>
    storage.write(async (unit) => {
      const { artifact, binary } = await binaryOfPath(unit, params);
      return showBinary(await once(unit, nativeActor(by), artifact, binary));
    });

  nativeRoute(app, {
    method: 'GET',
    url: inGroup,
    tag,
    summary: 'A page of the binaries of a group, newest first',
    access: onArtifact('nhn-deploy.read'),
    params: paramsWith('group'),
    query: Type.Object({
      version: Type.Optional(Type.String({ description: 'Part of the version.' })),
      offset: Type.Optional(Type.Integer({ minimum: 0 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    }),
    answer: Type.Object({ total: Type.Integer(), items: Type.Array(binaryShape) }),
    handle: (call) =>
      storage.read(async (reader) => {
        const { group } = await groupOfPath(reader, call.params);
        const { version: keyword = '', offset = 0, limit: size = 50 } = call.query;
        const sort = { column: 'uploaded_at', direction: 'desc' } as const;
        const page = { offset, size };
        const { total, rows } = await pageOfBinaries(reader, group.id, { keyword, sort, page });
        return { total, items: rows.map(showBinary) };
      }),
  });

  nativeRoute(app, {
    method: 'POST',
    url: inGroup,
    tag,
    summary:
      'Upload a binary: a multipart form with the parts of the original, binaryFile and applicationType first',
    access: onArtifact('nhn-deploy.upload'),
    params: paramsWith('group'),
    status: 201,
    answer: binaryShape,
    async handle(call) {
      const beganAt = context.parts.clock.now();
      const target = await storage.read((reader) => groupOfPath(reader, call.params));
      const form = await readUploadForm(context, call.request);
      try {
        return showBinary(
          await storeUpload(context, nativeActor(call.principal.name), target, form, beganAt),
        );
      } finally {
        await form.discard();
      }
    },
  });

  nativeRoute(app, {
    method: 'GET',
    url,
    tag,
    summary: 'One binary',
    access: onArtifact('nhn-deploy.read'),
    params: one,
    answer: binaryShape,
    handle: async (call) =>
      showBinary((await storage.read((reader) => binaryOfPath(reader, call.params))).binary),
  });

  nativeRoute(app, {
    method: 'PATCH',
    url,
    tag,
    summary: 'Change version or description of a binary',
    access: onArtifact('nhn-deploy.upload'),
    params: one,
    body: Type.Object(
      { version: Type.Optional(Type.String({ minLength: 1 })), description: Type.Optional(description) },
      { additionalProperties: false },
    ),
    answer: binaryShape,
    handle: (call) =>
      change(call.params, call.principal.name, (unit, actor, artifact, binary) => {
        const { version, description: text } = call.body;
        const input = { version: readVersion(version), description: text };
        return updateBinary(context, unit, actor, artifact, binary, input);
      }),
  });

  nativeRoute(app, {
    method: 'DELETE',
    url,
    tag,
    summary: 'Delete a binary; refused while a running deployment needs it',
    access: onArtifact('nhn-deploy.upload'),
    params: one,
    handle: (call) =>
      storage.write(async (unit) => {
        const { artifact, binary } = await binaryOfPath(unit, call.params);
        await deleteBinary(context, unit, nativeActor(call.principal.name), artifact, binary);
      }),
  });

  for (const [method, fixed] of [
    ['PUT', true],
    ['DELETE', false],
  ] as const) {
    nativeRoute(app, {
      method,
      url: `${url}/fixed`,
      tag,
      summary: fixed
        ? 'Make a client binary the FIXED one of its system; the former one loses the mark'
        : 'Take the FIXED mark away',
      access: onArtifact('nhn-deploy.upload'),
      params: one,
      answer: binaryShape,
      handle: (call) =>
        change(call.params, call.principal.name, (unit, actor, artifact, binary) =>
          fixBinary(context, unit, actor, artifact, binary, fixed),
        ),
    });
  }
}

/** The artifact and the live binary of a path; throws `not-found`. */
export async function binaryOfPath(
  reader: Reader,
  params: Static<typeof artifactOnly> & { binary: number },
): Promise<{ artifact: Artifact; binary: Binary }> {
  const artifact = await artifactOfPath(reader, params);
  const binary = await liveBinary(reader, artifact.id, params.binary);
  return { artifact, binary: present(binary, `binary ${params.binary}`) };
}

function showBinary(binary: Binary): Static<typeof binaryShape> {
  return {
    key: binary.id,
    group: binary.binary_group_id,
    version: binary.version,
    name: binary.name,
    size: binary.size,
    sha256: binary.sha256,
    osType: binary.os_type === '' ? null : binary.os_type,
    hasManifest: binary.meta_sha256 !== null,
    fixed: binary.fixed === 1,
    description: binary.description,
    uploader: binary.uploader,
    uploadedAt: binary.uploaded_at,
  };
}
