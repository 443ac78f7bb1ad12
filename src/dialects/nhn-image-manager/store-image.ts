import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { isCoreError } from '../../errors/index.ts';
import type { Content, ImageFacts, StoredFile, Task } from '../../media/index.ts';
import type { SpooledBlob, Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import type { Context } from './context.ts';
import { momentOf } from './date-time.ts';
import { refusal } from './errors.ts';
import { type NamedRecipe, recipeByName } from './store/recipe.ts';
import { libraryOf, type Service, serviceResource } from './store/service.ts';
import { enqueueTasks } from './tasks.ts';
import { inTree } from './tree-refusal.ts';
import { checkUploadPath, type UploadChoices } from './upload-target.ts';

/** Where uploads go and who sends them. */
export interface Upload extends UploadChoices {
  readonly service: Service;
  readonly actor: Actor;
  /** The base of the URLs that callbacks of the started tasks tell. */
  readonly imageBase: string;
}

/** A picture that was stored, and the tasks that its upload started. */
export interface StoredImage {
  readonly file: StoredFile;
  readonly replaced: boolean;
  readonly tasks: readonly Task[];
}

/**
 * Stores bytes that came in completely as the picture at `path`: proves that they are one, keeps them, and decides
 * together with the write whether the path is free. Throws in the contract's order (nhn-image-manager 3.5); the caller
 * discards the blob at its end.
 */
export async function storeImage(
  context: Context,
  upload: Upload,
  path: string,
  blob: SpooledBlob,
): Promise<StoredImage> {
  const { storage, media } = context.parts;
  const library = libraryOf(upload.service);
  if (blob.size === 0) throw refusal('INVALID_FILE');
  const facts = await examined(context, blob);
  // Known before the bytes are kept, so that a repeated upload costs no durable write; the tree decides in the end.
  const there = await storage.read((reader) => media.tree.fileByPath(reader, library, path));
  if (there && upload.collision === 'refuse') throw refusal('NAME_TAKEN');
  const content = await contentOf(context, blob, facts);
  const put = () =>
    storage.write(async (unit) => {
      const stored = await media.tree.putFile(unit, { library, path, content, collision: upload.collision });
      const recipes = await recipesOf(unit, upload);
      const { imageBase, service } = upload;
      const tasks = await enqueueTasks(context, unit, service, { files: [stored.file], recipes, imageBase });
      await context.parts.ledger.record(unit, upload.actor, {
        action: stored.replaced ? 'image.replace' : 'image.upload',
        resource: serviceResource(service.id),
        subject: stored.file.path,
      });
      return { ...stored, tasks };
    });
  await blob.keep();
  return await inTree(path, put);
}

/** Checks the path first: its refusals cost no look at the bytes. */
export async function storeImageAt(
  context: Context,
  upload: Upload,
  path: string,
  blob: SpooledBlob,
): Promise<StoredImage> {
  await checkUploadPath(context, upload.service, path);
  return await storeImage(context, upload, path, blob);
}

async function examined({ parts }: Context, blob: SpooledBlob): Promise<ImageFacts> {
  try {
    return await parts.media.pipeline.examine(blob.file);
  } catch (error) {
    if (isCoreError(error, 'invalid')) throw refusal('INVALID_FILE');
    if (isCoreError(error, 'too-large') || isCoreError(error, 'precondition')) throw refusal('NO_IMAGE_SIZE');
    throw error;
  }
}

async function contentOf({ parts }: Context, blob: SpooledBlob, facts: ImageFacts): Promise<Content> {
  const { format, width, height, frames, takenAt, coordinate } = facts;
  const hash = createHash('md5');
  await pipeline(createReadStream(blob.file), hash);
  return {
    sha256: blob.sha256,
    md5: hash.digest('hex'),
    bytes: blob.size,
    format,
    width,
    height,
    frames,
    takenAt: takenAt === null ? null : momentOf(takenAt, parts.settings.timeZone),
    coordinate,
  };
}

/** The recipes of the ids that exist; an unknown id starts no task and fails no upload (contract nhn-image-manager 3.5). */
async function recipesOf(unit: Unit, { service, operationIds }: Upload): Promise<NamedRecipe[]> {
  const recipes: NamedRecipe[] = [];
  for (const id of operationIds) {
    const recipe = await recipeByName(unit, service.id, id);
    if (recipe) recipes.push(recipe);
  }
  return recipes;
}
