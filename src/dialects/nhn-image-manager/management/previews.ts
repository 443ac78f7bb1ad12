import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nativeRoute } from '../../../management/index.ts';
import { imageFormats, type MadePicture, mediaTypeOf } from '../../../media/index.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { imageBase, imageUrl } from '../image-url.ts';
import { recipeOfJobs } from '../job-recipe.ts';
import { readJobs } from '../jobs.ts';
import { filePath } from '../paths.ts';
import { optionRules } from '../recipe-change.ts';
import { libraryOf } from '../store/service.ts';
import { onService, serviceOfPath, serviceParams } from './services.ts';

/** What is sent along of what a recipe made: so many pictures, of so many bytes together. */
const mostPictures = 24;
const mostBytes = 12 * 1024 * 1024;

const facts = {
  format: Type.Enum([...imageFormats]),
  width: Type.Integer(),
  height: Type.Integer(),
  bytes: Type.Integer(),
};

/** Tries jobs before they are saved as an operation: the console shows what they make of a sample. */
export function previewRoutes(app: FastifyInstance, context: Context): void {
  const { storage, media } = context.parts;

  nativeRoute(app, {
    method: 'POST',
    url: '/services/:service/previews',
    tag: 'nhn-image-manager services',
    summary: 'Run jobs on a picture and answer with what they make; nothing is stored',
    access: onService('nhn-image-manager.use'),
    params: serviceParams,
    body: Type.Object(
      {
        path: Type.String({ description: 'The absolute path of the picture.' }),
        data: Type.Unknown({ description: 'Jobs, as an operation has them.' }),
      },
      { additionalProperties: false },
    ),
    answer: Type.Object({
      source: Type.Object({ name: Type.String(), url: Type.String(), ...facts }),
      count: Type.Integer({ description: 'All pieces; the first ones follow.' }),
      pieces: Type.Array(
        Type.Object({
          ...facts,
          image: Type.Union([Type.String(), Type.Null()], {
            description: 'A data: URL; null for what is too large to be sent along.',
          }),
        }),
      ),
    }),
    async handle({ params, body, request }) {
      const jobs = readJobs(body.data, optionRules(context));
      if (!jobs) throw refusal('NO_OPTIONS');
      const path = filePath(body.path);
      const { service, source } = await storage.read(async (reader) => {
        const service = await serviceOfPath(reader, params.service);
        return { service, source: await media.tree.fileByPath(reader, libraryOf(service), path) };
      });
      if (!source) throw refusal('NO_SUCH_PATH');
      const { name, format, width, height, bytes } = source;
      const url = imageUrl(imageBase(context, request), service.container, source.path);
      return await media.derivatives.tryOut({ source, recipe: recipeOfJobs(jobs) }, async (pictures) => ({
        source: { name, url, format, width, height, bytes },
        count: pictures.length,
        pieces: await shown(pictures),
      }));
    },
  });
}

async function shown(pictures: readonly MadePicture[]) {
  const pieces = [];
  let left = mostBytes;
  for (const { file, format, width, height, bytes } of pictures.slice(0, mostPictures)) {
    const isSmall = bytes <= left;
    if (isSmall) left -= bytes;
    const image = isSmall
      ? `data:${mediaTypeOf(format)};base64,${(await readFile(file)).toString('base64')}`
      : null;
    pieces.push({ format, width, height, bytes, image });
  }
  return pieces;
}
