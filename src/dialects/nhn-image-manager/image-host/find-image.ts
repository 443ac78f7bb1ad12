import { isCoreError } from '../../../errors/index.ts';
import { type Derivation, derivedName, isTreeError, type StoredFile } from '../../../media/index.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import type { FailedRecipes } from './failed-recipes.ts';
import type { ImageDirectory, PublicContainer, PublicRecipe } from './image-directory.ts';
import type { ImageRequest } from './image-request.ts';

/** What images are found with. */
export interface ImageFinding {
  readonly directory: ImageDirectory;
  readonly failed: FailedRecipes;
  /** Gets the bytes of small pictures that were made just now. */
  readonly onMade: (sha256: string, bytes: Buffer) => void;
}

/**
 * The file that a public URL shows: the one at the path, or what the recipe that the query names makes of it, made now
 * if need be. Throws NO_SUCH_PATH, NO_AUTHORITY, OPERATION_FAILED (contract nhn-image-manager 3.17).
 */
export async function findImage(
  context: Context,
  finding: ImageFinding,
  { container: containerName, path, names }: ImageRequest,
): Promise<StoredFile> {
  const { directory } = finding;
  const container = await directory.container(containerName);
  if (!container) throw refusal('NO_SUCH_PATH');
  const name = names.find((one) => container.recipes.has(one));
  const recipe = name === undefined ? undefined : container.recipes.get(name);
  const file = await directory.file(
    container.library,
    path,
    name === undefined || !recipe ? undefined : targetBeside(path, name, recipe),
  );
  if (!file) throw refusal('NO_SUCH_PATH');
  // Queries that name no recipe are what pages put there against caches.
  if (name === undefined || !recipe || file.origin === 'derived') return file;
  if (recipe.hasSplit) throw refusal('NO_AUTHORITY');
  return await imageBy(context, finding, container, file, name, recipe);
}

/**
 * Makes a derived file again whose bytes are not there: what is made in real time may be lost with the machine's power.
 * It was there, so no switch of real time is asked. Throws NO_SUCH_PATH when its source or recipe is gone, and
 * OPERATION_FAILED; its row stays, since bytes may also be missing because a disk is not there now.
 */
export async function remakeImage(
  context: Context,
  finding: ImageFinding,
  containerName: string,
  lost: StoredFile,
): Promise<StoredFile> {
  const { media, storage, log } = context.parts;
  const container = await finding.directory.container(containerName);
  const { recipe: name, source: from } = lost;
  const recipe = name === null ? undefined : container?.recipes.get(name);
  const source = from && (await storage.read((reader) => media.tree.fileById(reader, lost.library, from.id)));
  if (!source || name === null || !recipe || recipe.hasSplit) {
    log.warn({ library: lost.library, recipe: name }, 'a made picture was lost and cannot be made again');
    throw refusal('NO_SUCH_PATH');
  }
  log.warn({ library: lost.library, recipe: name }, 'a made picture was lost and is made again');
  return await makeNow(context, finding, { source, name, recipe: recipe.recipe }, lost);
}

async function imageBy(
  context: Context,
  finding: ImageFinding,
  { library, realtime }: PublicContainer,
  source: StoredFile,
  name: string,
  publicRecipe: PublicRecipe,
): Promise<StoredFile> {
  const { recipe, realtime: recipeRealtime } = publicRecipe;
  const folder = source.path.slice(0, source.path.lastIndexOf('/') + 1);
  const target = targetBeside(source.path, name, publicRecipe);
  const there = await finding.directory.file(library, `${folder}${target}`);
  const made = there?.recipe === name && there.source?.id === source.id ? there : undefined;
  if (made?.source?.version === source.version) return made;
  if (!realtime || !recipeRealtime) {
    // One made of an older content is served on, as it is at its own URL.
    if (made) return made;
    throw refusal('NO_AUTHORITY');
  }
  return await makeNow(context, finding, { source, name, recipe });
}

async function makeNow(
  { parts: { media, log } }: Context,
  { failed, onMade }: ImageFinding,
  derivation: Derivation,
  lost?: StoredFile,
): Promise<StoredFile> {
  const { source, name, recipe } = derivation;
  if (failed.has(source, name, recipe)) throw refusal('OPERATION_FAILED');
  try {
    return await media.derivatives.ensure(derivation, { onMade, ...(lost && { lost }) });
  } catch (error) {
    if (isTreeError(error, 'unknown')) throw refusal('NO_SUCH_PATH');
    // A missing watermark is found before anything is decoded, and works as soon as it is there.
    if (!isCoreError(error, 'not-found')) failed.add(source, name, recipe);
    log.warn({ err: error, library: source.library, recipe: name }, 'a recipe failed in real time');
    throw refusal('OPERATION_FAILED');
  }
}

/** The name of what a recipe makes of the file at a path. */
function targetBeside(path: string, name: string, { recipe }: PublicRecipe): string {
  return derivedName(path.slice(path.lastIndexOf('/') + 1), name, recipe.targetExtension, null);
}
