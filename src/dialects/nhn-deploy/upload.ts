import type { MultipartForm } from '../../http/index.ts';
import type { Actor } from './actor.ts';
import { enqueueAutoDelete } from './auto-delete.ts';
import { addBinary } from './binaries.ts';
import type { Context } from './context.ts';
import { refusal } from './errors.ts';
import type { Artifact } from './store/artifact.ts';
import { type Binary, isVersionTaken } from './store/binary.ts';
import type { BinaryGroup } from './store/binary-group.ts';
import { uploadDetails, uploadFile } from './upload-form.ts';
import { enqueueUploadNotice } from './upload-notice.ts';

/** Where an upload goes to. */
export interface UploadTarget {
  readonly artifact: Artifact;
  readonly group: BinaryGroup;
}

/**
 * Makes a binary of a form that came in completely: checks, keeps the bytes, then makes the row visible together with
 * the work that follows an upload (contract nhn-deploy 3.3). `beganAt` is epoch milliseconds.
 */
export async function storeUpload(
  context: Context,
  actor: Actor,
  { artifact, group }: UploadTarget,
  form: MultipartForm,
  beganAt: number,
): Promise<Binary> {
  const { storage } = context.parts;
  const upload = uploadFile(form);
  const { version, description, osType, fix, manifest } = await uploadDetails(form, upload, artifact);
  // Known before the bytes are kept, so that a repeated upload costs no durable write; the row decides in the end.
  const taken = await storage.read((reader) => isVersionTaken(reader, group.id, osType ?? '', version));
  if (taken) throw refusal('ALREADY_UPLOADED_VERSION', `version ${version} is uploaded already`);
  const blob = await upload.file.blob.keep();
  const draft = {
    version,
    beganAt,
    name: upload.name,
    blob,
    manifest: await manifest?.blob.keep(),
    osType,
    fix,
    description,
  };
  return await storage.write(async (unit) => {
    const binary = await addBinary(context, unit, actor, artifact, group, draft);
    await enqueueAutoDelete(context, unit, group);
    await enqueueUploadNotice(context, unit, { artifact, group }, binary);
    return binary;
  });
}
