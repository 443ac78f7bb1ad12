import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendBlob, userBytesHeaders } from '../../../http/index.ts';
import type { Context } from '../context.ts';
import { anyBinaryById, type Binary } from '../store/binary.ts';
import { readLong } from '../wire.ts';
import { isSignedPathGood, signedPaths } from './addresses.ts';
import { manifestOf } from './install-items.ts';
import { binaryDeleted, downloadExpired, noSuchPage } from './problems.ts';

interface SignedPath {
  readonly key: string;
  readonly expires: string;
  readonly signature: string;
}

/** The bytes of a binary, for whoever has a signed address of them. */
export async function sendSignedFile(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { sha256, size, name } = await signedBinary(context, request);
  const contentType = name.toLowerCase().endsWith('.apk')
    ? 'application/vnd.android.package-archive'
    : 'application/octet-stream';
  return await sendBlob(
    request,
    reply,
    context.parts.blobs,
    { sha256, size },
    { fileName: name, contentType },
  );
}

/** The manifest that an iOS device installs by: the uploaded one with our address of the bytes (contract nhn-deploy 5.6). */
export async function sendSignedManifest(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const binary = await signedBinary(context, request);
  const manifest = await manifestOf(context, binary);
  if (!manifest?.installs) throw noSuchPage();
  const { file } = await signedPaths(context, binary);
  reply.headers({ ...userBytesHeaders, 'cache-control': 'private, no-store' });
  return reply.type('application/xml').send(manifest.withPackage(context.parts.publicUrl(request) + file));
}

async function signedBinary(context: Context, request: FastifyRequest): Promise<Binary> {
  const path = request.params as SignedPath;
  if (!(await isSignedPathGood(context, path))) throw downloadExpired();
  const binary = await context.parts.storage.read((reader) => anyBinaryById(reader, readLong(path.key) ?? 0));
  if (!binary) throw noSuchPage();
  if (binary.deleted_at !== null) throw binaryDeleted();
  return binary;
}
