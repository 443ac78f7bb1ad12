import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import { imageFormats, type StoredFile } from '../../../media/index.ts';
import type { Context } from '../context.ts';
import { imageBase, imageUrl } from '../image-url.ts';
import { nameOf } from '../paths.ts';
import { libraryOf } from '../store/service.ts';
import { onService, serviceOfPath } from './services.ts';

/** A picture with more derivatives is not shown all of them. */
const mostDerived = 1000;

const madeFile = Type.Object({
  id: Type.String(),
  name: Type.String(),
  url: Type.String(),
  operation: Type.String(),
  width: Type.Integer(),
  height: Type.Integer(),
  bytes: Type.Integer(),
  current: Type.Boolean({ description: "Whether it was made of the picture's present content." }),
});

const fileShape = Type.Object({
  id: Type.String(),
  name: Type.String(),
  path: Type.String(),
  url: Type.String(),
  bytes: Type.Integer(),
  format: Type.Enum([...imageFormats]),
  width: Type.Integer(),
  height: Type.Integer(),
  frames: Type.Integer(),
  takenAt: Type.Union([Type.Integer(), Type.Null()], {
    description: 'As its EXIF says; epoch milliseconds.',
  }),
  coordinate: Type.Union([Type.Object({ latitude: Type.Number(), longitude: Type.Number() }), Type.Null()]),
  updatedAt: Type.Integer(),
  operation: Type.Union([Type.String(), Type.Null()], { description: 'The one that made it.' }),
  source: Type.Union([Type.Object({ id: Type.String(), path: Type.String() }), Type.Null()], {
    description: 'What it was made of, while that is there.',
  }),
  made: Type.Array(madeFile, { description: 'What operations made of it.' }),
});

/** One picture with what its header says and what was made of it: more than the original's listings tell. */
export function fileRoutes(app: FastifyInstance, context: Context): void {
  const { storage, media } = context.parts;

  nativeRoute(app, {
    method: 'GET',
    url: '/services/:service/files/:file',
    tag: 'nhn-image-manager services',
    summary: 'One picture: its header, what it was made of, what was made of it',
    access: onService('nhn-image-manager.read'),
    params: Type.Object({ service: Type.Integer({ minimum: 1 }), file: Type.String({ maxLength: 50 }) }),
    answer: fileShape,
    async handle({ params, request }): Promise<Static<typeof fileShape>> {
      const { service, file, source } = await storage.read(async (reader) => {
        const service = await serviceOfPath(reader, params.service);
        const library = libraryOf(service);
        const file = await media.tree.fileById(reader, library, params.file);
        if (!file) throw new CoreError('not-found', `there is no file ${params.file}`);
        const source = file.source && (await media.tree.fileById(reader, library, file.source.id));
        return { service, file, source };
      });
      const url = (path: string) => imageUrl(imageBase(context, request), service.container, path);
      const made = file.origin === 'user' ? await madeOf(context, file) : [];
      const { id, name, path, bytes, format, width, height, frames, takenAt, coordinate } = file;
      return {
        ...{ id, name, path, url: url(path), bytes, format, width, height, frames, takenAt, coordinate },
        updatedAt: file.updatedAt,
        operation: file.recipe,
        source: source ? { id: source.id, path: source.path } : null,
        made: made.map((one) => ({
          id: one.id,
          name: one.name,
          url: url(one.path),
          operation: one.recipe ?? '',
          width: one.width,
          height: one.height,
          bytes: one.bytes,
          current: one.source?.version === file.version,
        })),
      };
    },
  });
}

/** They stand beside their source, and their names begin with its name (contract nhn-image-manager 5.3). */
async function madeOf({ parts }: Context, file: StoredFile): Promise<StoredFile[]> {
  const name = nameOf(file.path);
  const dot = name.lastIndexOf('.');
  const { files } = await parts.media.tree.list({
    library: file.library,
    path: file.path.slice(0, -name.length - 1) || '/',
    order: 'name-up',
    nameContains: `${dot > 0 ? name.slice(0, dot) : name}_`,
    origin: 'derived',
    offset: 0,
    limit: mostDerived,
  });
  return files.filter(({ source }) => source?.id === file.id);
}
