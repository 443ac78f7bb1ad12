import type { FastifyRequest } from 'fastify';
import { isCoreError } from '../../../errors/index.ts';
import { senderOf } from '../access.ts';
import { wireActor } from '../actor.ts';
import { binaryGroupOfCall } from '../call-lookups.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { Call } from '../operation.ts';
import { storeUpload } from '../upload.ts';
import { readUploadForm, uploadFile } from '../upload-form.ts';

/** So much of a body is read, to check its form, when what its path names is not there. */
const formOnlyBytes = 1024 * 1024;

/** A and G: stores one binary with its version (contract nhn-deploy 3.3). */
export async function uploadBinary(context: Context, call: Call) {
  const beganAt = context.parts.clock.now();
  const target = await context.parts.storage
    .read((reader) => binaryGroupOfCall(reader, call))
    .catch((error) => lookupFailed(context, call.request, error));
  const sender = call.principal ?? (await senderOf(context, call.request));
  const form = await readUploadForm(context, call.request);
  try {
    const binary = await storeUpload(context, wireActor(sender), target, form, beganAt);
    // No boolean and no other field: clients take an answer with the text `false` in it for a failure.
    return { downloadUrl: downloadUrl(context, call, binary.id), binaryKey: String(binary.id) };
  } finally {
    await form.discard();
  }
}

/**
 * Says what is wrong first in the contract's order: a malformed form, then the missing artifact or group. A large
 * body is not read for that: nothing of it could be stored.
 */
async function lookupFailed(context: Context, request: FastifyRequest, error: unknown): Promise<never> {
  if (!(error instanceof Refusal)) throw error;
  try {
    const form = await readUploadForm(context, request, { limit: formOnlyBytes });
    try {
      uploadFile(form);
    } finally {
      await form.discard();
    }
  } catch (formError) {
    if (!isCoreError(formError, 'too-large')) throw formError;
  }
  throw error;
}

function downloadUrl(
  context: Context,
  { request, project, ids, operation }: Call,
  binaryKey: number,
): string {
  const tree = `${context.parts.publicUrl(request)}/api/${operation.version}/projects/${project.appKey}`;
  return `${tree}/artifacts/${ids.artifactId}/binary-group/${ids.binaryGroupKey}/binaries/${binaryKey}`;
}
