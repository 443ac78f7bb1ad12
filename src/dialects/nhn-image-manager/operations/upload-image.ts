import type { FastifyRequest } from 'fastify';
import { isCoreError } from '../../../errors/index.ts';
import type { BlobStore, SpooledBlob } from '../../../storage/index.ts';
import { wireActor } from '../actor.ts';
import { refusal } from '../errors.ts';
import { textField } from '../fields.ts';
import { imageBase } from '../image-url.ts';
import { limits } from '../limits.ts';
import type { Handler } from '../operation.ts';
import { filePath } from '../paths.ts';
import { storeImage } from '../store-image.ts';
import { checkUploadPath, readUploadChoices } from '../upload-target.ts';
import { wireFile, wireFor } from '../wire.ts';

/** Stores the body, whatever its type claims to be, as one picture (contract nhn-image-manager 3.5). */
export const uploadImage: Handler = async (context, call) => {
  const { service, request, query } = call;
  const path = filePath(textField(query, 'path'));
  const choices = readUploadChoices(query);
  await checkUploadPath(context, service, path);
  const blob = await received(context.parts.blobs, request);
  try {
    const upload = {
      ...choices,
      service,
      actor: wireActor(call),
      imageBase: imageBase(context, request),
    };
    const { file, tasks } = await storeImage(context, upload, path, blob);
    return { file: wireFile(wireFor(context, service, request), file, tasks) };
  } finally {
    await blob.discard();
  }
};

async function received(blobs: BlobStore, request: FastifyRequest): Promise<SpooledBlob> {
  // A body that says it is too large is not even begun to be read.
  if (Number(request.headers['content-length'] ?? 0) > limits.file) throw refusal('TOO_LARGE');
  try {
    return await blobs.spool(request.raw.iterator({ destroyOnReturn: false }), { limit: limits.file });
  } catch (error) {
    if (isCoreError(error, 'too-large')) throw refusal('TOO_LARGE');
    if (!isCoreError(error) && request.raw.errored) throw refusal('INVALID_FILE');
    throw error;
  }
}
