import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from './context.ts';
import { deployLateAsset } from './continuous-delivery.ts';
import { forbidden } from './errors.ts';
import { readId } from './input.ts';
import { answerFailure, anyContentType, documentation, sendJson } from './routes.ts';
import { storeUpload, type UploadAddress, uploadPrefix, wordsOf } from './uploads.ts';

/** `PUT` of an asset's bytes to a signed address; they stream into the blob store whatever they call themselves. */
export function registerUploads(app: FastifyInstance, context: Context): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  const addresses = new WeakMap<FastifyRequest, UploadAddress>();
  app.route({
    method: 'PUT',
    url: `${uploadPrefix}/:build/:asset/:id`,
    config: { open: 'the signature in the address is the credential, for an hour' },
    schema: documentation({ purpose: 'push the bytes of an asset', section: '3.9' }),
    errorHandler: answerFailure,
    onRequest: async (request) => {
      anyContentType(request);
      addresses.set(request, await signedAddress(context, request));
    },
    handler: async (request, reply) => {
      const address = addresses.get(request);
      if (!address) throw new Error('the call was not admitted');
      return await takeBytes(context, request, reply, address);
    },
  });
}

async function signedAddress(context: Context, request: FastifyRequest): Promise<UploadAddress> {
  const params = request.params as Readonly<Record<'build' | 'asset' | 'id', string>>;
  const { expires, signature } = request.query as Readonly<Record<string, unknown>>;
  const address = {
    id: params.id,
    buildId: readId(params.build) ?? 0,
    assetId: readId(params.asset) ?? 0,
    expires: readId(expires) ?? 0,
  };
  const isGood =
    typeof signature === 'string' && (await context.signer.isSigned(signature, ...wordsOf(address)));
  if (!isGood || address.expires <= context.parts.clock.now()) throw forbidden();
  return address;
}

async function takeBytes(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  address: UploadAddress,
): Promise<FastifyReply> {
  const { blobs, storage, settings, publicUrl } = context.parts;
  const spooled = await blobs.spool(request.raw, { limit: settings.uploadLimitBytes });
  const blob = await spooled.keep();
  const url = `${publicUrl(request)}${request.url.split('?')[0]}`;
  await storage.write(async (unit) => {
    const asset = await storeUpload(context, unit, address, blob, url);
    if (asset) await deployLateAsset(context, unit, asset);
  });
  return await sendJson(reply, 200, { url, sha256: blob.sha256, size: blob.size });
}
