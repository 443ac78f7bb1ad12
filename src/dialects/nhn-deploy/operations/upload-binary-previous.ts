import type { FastifyRequest } from 'fastify';
import { projectOfKey, senderOf } from '../access.ts';
import { wireActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { type Artifact, anyArtifactById } from '../store/artifact.ts';
import { type BinaryGroup, binaryGroupById } from '../store/binary-group.ts';
import { storeUpload } from '../upload.ts';
import { readUploadForm } from '../upload-form.ts';
import { readNumber } from '../wire.ts';

/** B: the upload of the previous version, whose app key comes in the body (contract nhn-deploy 3.4). */
export async function uploadBinaryPrevious(context: Context, request: FastifyRequest) {
  const beganAt = context.parts.clock.now();
  const artifact = await pathArtifact(context, request);
  const form = await readUploadForm(context, request, { anonymous: true });
  try {
    const project = await projectOfKey(context, form.fields.get('appKey')?.trim() ?? '');
    if (artifact.project_id !== project.id) throw refusal('NOT_FOUND_ARTIFACT_INFO');
    const group = await chosenGroup(context, artifact, form.fields.get('binaryGroupKey')?.trim() ?? '');
    const sender = await senderOf(context, request);
    const binary = await storeUpload(context, wireActor(sender), { artifact, group }, form, beganAt);
    return { isSuccess: true, result: binary.id };
  } finally {
    await form.discard();
  }
}

/** Looked up before the body is read: an unknown artifact and a wrong app key are one code here. */
async function pathArtifact(context: Context, request: FastifyRequest): Promise<Artifact> {
  const { artifactId = '' } = request.params as { artifactId?: string };
  const id = readNumber(artifactId);
  if (id === undefined) throw refusal('ARTIFACT_ID_IS_NOT_NUMBER');
  const artifact = await context.parts.storage.read((reader) => anyArtifactById(reader, id));
  if (!artifact) throw refusal('NOT_FOUND_ARTIFACT_INFO');
  return artifact;
}

/** The group that the form names; the artifact's default one when it names none, or an empty one. */
async function chosenGroup(context: Context, artifact: Artifact, key: string): Promise<BinaryGroup> {
  const id = key === '' ? artifact.default_binary_group_id : readNumber(key);
  if (id === undefined) throw refusal('BINARY_GROUP_IS_NOT_NUMBER');
  const group =
    id === null
      ? undefined
      : await context.parts.storage.read((reader) => binaryGroupById(reader, artifact.id, id));
  if (!group) throw refusal('NOT_FOUND_BINARY_GROUP');
  return group;
}
