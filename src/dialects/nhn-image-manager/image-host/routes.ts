import type { FastifyInstance, FastifyReply } from 'fastify';
import { keepSmallBlobs, sendBlob } from '../../../http/index.ts';
import { mediaTypeOf } from '../../../media/index.ts';
import type { Context } from '../context.ts';
import { answerPreflights } from '../cross-origin.ts';
import { refusal } from '../errors.ts';
import { imagePrefix } from '../image-url.ts';
import { FailedRecipes } from './failed-recipes.ts';
import { findImage } from './find-image.ts';
import { createImageDirectory } from './image-directory.ts';
import { readImageUrl } from './image-request.ts';
import { sendImageFailure } from './owner.ts';

/** Pictures of the size that pages show are served from memory, larger ones from the store. */
const smallBytes = 1024 * 1024;
const memoryBytes = 64 * 1024 * 1024;

/** Serves `/i/{container}{path}` to everybody (contract nhn-image-manager 3.17). */
export function imageRoutes(app: FastifyInstance, context: Context): void {
  const { blobs, media, settings, clock } = context.parts;
  const directory = createImageDirectory(context);
  const failed = new FailedRecipes(clock);
  const small = keepSmallBlobs(blobs, memoryBytes);
  const cacheControl = `public, max-age=${settings.imageCacheSeconds}`;

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
      const file = await findImage(context, { directory, failed }, asked);
      reply.header('access-control-allow-origin', '*');
      if (request.method === 'GET') {
        reply.raw.once('finish', () => media.usage.served(file.library, bytesSent(reply)));
      }
      return await sendBlob(
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
    },
  });
}

function bytesSent(reply: FastifyReply): number {
  return Number(reply.getHeader('content-length') ?? 0);
}
