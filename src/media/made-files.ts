import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { CoreError } from '../errors/index.ts';
import type { AdoptedBlob, BlobStore, Storage, Unit, WriteOptions } from '../storage/index.ts';
import type { ChangeNews } from './change-news.ts';
import { CounterChanges } from './counters.ts';
import { type DerivationPlaces, readPlaces } from './derivation-places.ts';
import type { Derivation, Derived } from './derivatives.ts';
import { deleteFileRows, uncountFiles } from './drop-files.ts';
import type { Content, StoredFile } from './entries.ts';
import { fileOf } from './file-rows.ts';
import { derivedName } from './geometry/index.ts';
import { markedFrom } from './page-marks.ts';
import { normalPath, pathIn } from './paths.ts';
import type { MadePicture } from './pipeline/index.ts';
import type { FileRow, MediaTables } from './tables.ts';
import { TreeError } from './tree-error.ts';
import { writeFile } from './write-file.ts';

/** Blobs are kept so many at a time: one commit of the database then answers several. */
const keptAtOnce = 8;

/** How made pictures are kept. */
export interface KeepOptions extends WriteOptions {
  /** Gets the bytes of a single small picture when it is stored. */
  readonly onStored?: ((sha256: string, bytes: Buffer) => void) | undefined;
}

/**
 * Takes made pictures over into the blobs and runs the unit that stores their contents, in their order; one picture
 * costs one commit. No file of theirs is left, whether it succeeds or not.
 */
export async function keepPictures<Result>(
  { storage, blobs }: { storage: Storage; blobs: BlobStore },
  pictures: readonly MadePicture[],
  store: (unit: Unit, contents: readonly Content[]) => Promise<Result>,
  options: KeepOptions = {},
): Promise<Result> {
  const contents: Content[] = [];
  try {
    const [first, ...more] = pictures;
    if (first && more.length === 0) {
      const { spooled, content } = await takePicture(blobs, first);
      const result = await spooled.keepWith((unit) => store(unit, [content]), options);
      if (spooled.bytes) options.onStored?.(spooled.sha256, spooled.bytes);
      return result;
    }
    for (let start = 0; start < pictures.length; start += keptAtOnce) {
      const some = pictures.slice(start, start + keptAtOnce);
      contents.push(...(await Promise.all(some.map((picture) => keepPicture(blobs, picture)))));
    }
    return await storage.write((unit) => store(unit, contents), options);
  } catch (error) {
    await dropPictures(pictures);
    throw error;
  }
}

/** Removes the files of made pictures, where they are still there. */
export async function dropPictures(pictures: readonly MadePicture[]): Promise<void> {
  for (const { file } of pictures) await rm(file, { force: true });
}

async function keepPicture(blobs: BlobStore, picture: MadePicture): Promise<Content> {
  const { spooled, content } = await takePicture(blobs, picture);
  await spooled.keep();
  return content;
}

async function takePicture(
  blobs: BlobStore,
  picture: MadePicture,
): Promise<{ spooled: AdoptedBlob; content: Content }> {
  const hash = createHash('md5');
  const spooled = await blobs.adopt({ path: picture.file, size: picture.bytes }, (bytes) => {
    hash.update(bytes);
  });
  const { sha256, size } = spooled;
  const { format, width, height, frames } = picture;
  const content: Content = {
    sha256,
    md5: hash.digest('hex'),
    bytes: size,
    format,
    width,
    height,
    frames,
    takenAt: null,
    coordinate: null,
  };
  return { spooled, content };
}

/** The name of the whole result, or of the first piece of a split. */
export function targetName(derivation: Pick<Derivation, 'source' | 'name' | 'recipe'>): string {
  const { source, name, recipe } = derivation;
  return derivedName(source.name, name, recipe.targetExtension, recipe.split === null ? null : 0);
}

/**
 * Stores what a recipe made of one version of its source, all pieces in one unit, and removes pieces of an earlier run
 * that went further. Throws `not-found` when the source is gone, `user-file-there` where a user's file has the name,
 * and `unavailable` where a file of the name is being removed just now.
 */
export async function writeMade(
  unit: Unit,
  parts: { blobs: BlobStore; news: ChangeNews },
  derivation: Derivation,
  contents: readonly Content[],
): Promise<Derived> {
  const { source, name, recipe } = derivation;
  const names = contents.map((_, index) =>
    derivedName(source.name, name, recipe.targetExtension, recipe.split === null ? null : index),
  );
  const places = await readPlaces(unit, source, names);
  const { folder } = places;
  if (!folder || !places.source) throw sourceGone(source);
  const counters = new CounterChanges(source.library);
  const files: StoredFile[] = [];
  let replaced = false;
  let shown = folder.user_files + folder.derived_files;
  for (const [index, content] of contents.entries()) {
    const piece = recipe.split === null ? null : index;
    const fileName = names[index] as string;
    const path = normalPath(pathIn(folder.path, fileName));
    const taken = replaceable(places, path, fileName);
    const row = await writeFile(unit, parts.blobs, counters, {
      // As the folder is now, with the pieces before.
      folder: {
        ...folder,
        user_files: shown,
        derived_files: 0,
        has_page_marks: shown >= markedFrom ? 1 : folder.has_page_marks,
      },
      name: fileName,
      content: { ...content, takenAt: source.takenAt, coordinate: source.coordinate },
      role: { origin: 'derived', source_id: source.id, source_version: source.version, recipe: name, piece },
      replaced: taken,
    });
    if (!taken) shown += 1;
    replaced ||= taken !== undefined;
    files.push(fileOf(row, folder.path));
    parts.news.tell(unit, { library: source.library, path, subtree: false });
  }
  if (recipe.split !== null) await dropSurplus(unit, parts, counters, derivation, contents.length);
  await counters.write(unit);
  return { files, replaced };
}

/** The error for a source that is not there any more. */
export function sourceGone(source: StoredFile): CoreError {
  return new CoreError('not-found', `The source ${source.path} is gone.`);
}

/** The row that a new content takes the place of; undefined where there is none. */
function replaceable(places: DerivationPlaces, path: string, name: string): FileRow | undefined {
  if (places.folderPaths.has(path)) throw new TreeError('folder-there', `A folder has the path ${path}.`);
  const taken = places.files.get(name);
  if (taken && taken.removal !== null)
    throw new CoreError('unavailable', `The file ${path} is being removed.`);
  if (taken?.origin === 'user') throw new TreeError('user-file-there', `A user's file has the path ${path}.`);
  return taken;
}

async function dropSurplus(
  unit: Unit,
  parts: { blobs: BlobStore; news: ChangeNews },
  counters: CounterChanges,
  derivation: Derivation,
  pieces: number,
): Promise<void> {
  const { source, name } = derivation;
  const rows = await unit
    .tables<MediaTables>()
    .selectFrom('media_file')
    .selectAll()
    .where('source_id', '=', source.id)
    .where('recipe', '=', name)
    .where('piece', '>=', pieces)
    .where('removal', 'is', null)
    .execute();
  if (rows.length === 0) return;
  // Read again: the pieces before may have begun the folder's marks.
  const { folder } = await readPlaces(unit, source, []);
  if (!folder) throw sourceGone(source);
  await uncountFiles(unit, counters, folder, rows);
  await deleteFileRows(unit, parts.blobs, rows);
  for (const row of rows)
    parts.news.tell(unit, { library: source.library, path: pathIn(folder.path, row.name), subtree: false });
}
