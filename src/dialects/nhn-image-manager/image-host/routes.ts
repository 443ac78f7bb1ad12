import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isCoreError } from '../../../errors/index.ts';
import { keepSmallBlobs, sendBlob } from '../../../http/index.ts';
import { mediaTypeOf, type StoredFile } from '../../../media/index.ts';
import type { Context } from '../context.ts';
import { answerPreflights } from '../cross-origin.ts';
import { refusal } from '../errors.ts';
import { imagePrefix } from '../image-url.ts';
import { FailedRecipes } from './failed-recipes.ts';
import { findImage, remakeImage } from './find-image.ts';
import { createImageDirectory } from './image-directory.ts';
import { readImageUrl } from './image-request.ts';
import { sendImageFailure } from './owner.ts';

/** Pictures of the size that pages show are served from memory, larger ones from the store. */
const smallBytes = 1024 * 1024;
const memoryBytes = 64 * 1024 * 1024;

/** Serves `/i/{container}{path}` to everybody (contract nhn-image-manager 3.17). */
export function imageRoutes(app: FastifyInstance, context: Context): void {
  const { blobs, media, settings, clock } = context.parts;
  const small = keepSmallBlobs(blobs, memoryBytes);
  const finding = {
    directory: createImageDirectory(context),
    failed: new FailedRecipes(clock),
    onMade: small.keep,
  };
  const cacheControl = `public, max-age=${settings.imageCacheSeconds}`;

  const send = async (request: FastifyRequest, reply: FastifyReply, file: StoredFile) =>
    await sendBlob(
      request,
      reply,
      file.bytes <= smallBytes ? small : blobs,
      { sha256: file.sha256, size: file.bytes },
      {
        contentType: mediaTypeOf(file.format),
        etag: `"${file.md5}"`,
        // Of a content that is said to have come in the next second nothing is said by dates until then.
        ...(file.updatedAt <= clock.now() && { lastModified: file.updatedAt }),
        cacheControl,
      },
    );

  answerPreflights(app, imagePrefix, 'GET, HEAD');
  app.route({
    method: ['GET', 'HEAD'],
    url: `${imagePrefix}/*`,
    config: { open: 'public URLs of images: whoever has one may see the image', quiet: true },
    schema: {
      summary: 'serve an image, or make it in real time',
      tags: ['nhn-image-manager, as the original'],
      description: 'Contract nhn-image-manager 3.17.',
    },
    errorHandler: sendImageFailure,
    handler: async (request, reply) => {
      const asked = readImageUrl(request.raw.url ?? '');
      if (!asked) throw refusal('NO_SUCH_PATH');
      const file = await findImage(context, finding, asked);
      reply.header('access-control-allow-origin', '*');
      if (request.method === 'GET') {
        reply.raw.once('finish', () => media.usage.served(file.library, bytesSent(reply)));
      }
      try {
        return await send(request, reply, file);
      } catch (error) {
        if (!isCoreError(error, 'not-found') || file.origin !== 'derived') throw error;
        return await send(request, reply, await remakeImage(context, finding, asked.container, file));
      }
    },
  });
}

function bytesSent(reply: FastifyReply): number {
  return Number(reply.getHeader('content-length') ?? 0);
}
