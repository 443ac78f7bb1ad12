import { sendBlob } from '../../../http/index.ts';
import { binaryOfCall } from '../call-lookups.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { type Call, replied } from '../operation.ts';

/** D and H: the bytes of a binary (contract nhn-deploy 3.7). */
export async function downloadBinary(context: Context, call: Call) {
  const { sha256, size, name } = await context.parts.storage.read((reader) => binaryOfCall(reader, call));
  await sendBlob(call.request, call.reply, context.parts.blobs, { sha256, size }, { fileName: name });
  return replied;
}

/** D and H with `/meta`: the manifest of an iOS binary as it was uploaded (contract nhn-deploy 3.7). */
export async function downloadManifest(context: Context, call: Call) {
  const binary = await context.parts.storage.read((reader) => binaryOfCall(reader, call));
  const { meta_sha256: sha256, meta_size: size, name } = binary;
  if (sha256 === null || size === null) throw refusal('NOT_FOUND_BINARY_INFO', 'the binary has no manifest');
  await sendBlob(
    call.request,
    call.reply,
    context.parts.blobs,
    { sha256, size },
    { fileName: `${name.replace(/\.ipa$/i, '')}.plist`, contentType: 'application/xml' },
  );
  return replied;
}
