import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CoreError } from '../errors/index.ts';
import type { BlobStore, Reader, Storage, Unit } from '../storage/index.ts';
import type { ChangeNews } from './change-news.ts';
import type { Derivation, Derivatives, Derived, Trial } from './derivatives.ts';
import type { StoredFile } from './entries.ts';
import { readFile, readFileById } from './file-rows.ts';
import { isDecodable } from './formats/index.ts';
import { dropPictures, keepPictures, targetName, writeMade } from './made-files.ts';
import { pathIn, splitPath } from './paths.ts';
import { type MadePicture, type Pipeline, removePieces } from './pipeline/index.ts';
import { watermarkPaths } from './recipe.ts';
import { Gate, SingleFlight } from './single-flight.ts';
import type { MediaTables } from './tables.ts';

/** Making holds a lock (with PostgreSQL a connection of 32): this many at once in one process, whoever asks. */
const madeAtOnce = 12;

/** The derivatives, and the door through which tasks make them. */
export interface DerivativesWithTasks extends Derivatives {
  /** As `make`; `alongside` runs in the unit that stores the result. */
  makeAlongside(
    derivation: Derivation,
    alongside: (unit: Unit, derived: Derived) => Promise<void>,
  ): Promise<Derived>;
}

/** The derivatives over the tree's tables and the pipeline. */
export function createDerivatives(parts: {
  storage: Storage;
  blobs: BlobStore;
  pipeline: Pipeline;
  news: ChangeNews;
  workFolder: string;
}): DerivativesWithTasks {
  const { storage } = parts;
  const gate = new Gate(madeAtOnce);
  const flights = new SingleFlight<StoredFile>();
  /** One target at a time, in this process and in all others. */
  const alone = <Result>(derivation: Derivation, inside: () => Promise<Result>) =>
    gate.run(() => storage.exclusive(`media:${derivation.source.library}:${targetPath(derivation)}`, inside));
  const makeAlongside: DerivativesWithTasks['makeAlongside'] = (derivation, alongside) =>
    alone(derivation, () => make(parts, derivation, alongside));
  return {
    current: readCurrent,
    ensure(derivation) {
      const { source, name } = derivation;
      const key = JSON.stringify([source.id, source.version, name, derivation.recipe]);
      return flights.run(key, () =>
        alone(derivation, async () => {
          const made = await storage.read((reader) => readCurrent(reader, derivation));
          if (made) return made;
          const { files } = await make(parts, derivation);
          return files[0] as StoredFile;
        }),
      );
    },
    make: (derivation) => alone(derivation, () => make(parts, derivation)),
    async tryOut({ source, recipe }, look) {
      const inputs = await storage.read((reader) => readInputs(reader, { source, recipe }));
      return await gate.run(async () => {
        const pictures = await runRecipe(parts, { ...inputs, recipe });
        try {
          return await look(pictures);
        } finally {
          await dropPictures(pictures);
        }
      });
    },
    makeAlongside,
  };
}

/** Where the (first) result of a recipe goes. */
export function targetPath(derivation: Pick<Derivation, 'source' | 'name' | 'recipe'>): string {
  return pathIn(splitPath(derivation.source.path).folder, targetName(derivation));
}

async function readCurrent(reader: Reader, derivation: Derivation): Promise<StoredFile | undefined> {
  const { source, name } = derivation;
  const file = await readFile(reader, source.library, targetPath(derivation));
  const isCurrent =
    file?.recipe === name && file.source?.id === source.id && file.source.version === source.version;
  return isCurrent ? file : undefined;
}

async function make(
  parts: { storage: Storage; blobs: BlobStore; pipeline: Pipeline; news: ChangeNews; workFolder: string },
  asked: Derivation,
  alongside?: (unit: Unit, derived: Derived) => Promise<void>,
): Promise<Derived> {
  const { source, marks } = await parts.storage.read((reader) => readInputs(reader, asked));
  const derivation = { ...asked, source };
  const pictures = await runRecipe(parts, { source, marks, recipe: asked.recipe });
  const contents = await keepPictures(parts.blobs, pictures);
  return await parts.storage.write(async (unit) => {
    const derived = await writeMade(unit, parts, derivation, contents);
    await countRecipe(unit, source.library);
    await alongside?.(unit, derived);
    return derived;
  });
}

/** The newest content of the source, and the marks that the recipe lays over it. */
async function readInputs(
  reader: Reader,
  { source, recipe }: Trial,
): Promise<{ source: StoredFile; marks: Map<string, StoredFile> }> {
  const newest = await readFileById(reader, source.library, source.id);
  if (!newest) throw new CoreError('not-found', `The source ${source.path} is gone.`);
  if (!isDecodable(newest.format))
    throw new CoreError('invalid', `Pictures of the format ${newest.format} are kept, not changed.`);
  const marks = new Map<string, StoredFile>();
  for (const path of watermarkPaths(recipe)) {
    const mark = await readFile(reader, source.library, path.normalize('NFC'));
    if (!mark) throw new CoreError('not-found', `There is no watermark ${path}.`);
    marks.set(path, mark);
  }
  return { source: newest, marks };
}

/** Runs a recipe into files of the work folder, which are then the caller's; one that fails leaves none. */
async function runRecipe(
  parts: { blobs: BlobStore; pipeline: Pipeline; workFolder: string },
  { source, marks, recipe }: Trial & { marks: ReadonlyMap<string, StoredFile> },
): Promise<readonly MadePicture[]> {
  // Not in a folder of its own: making and removing one costs as many turns as all the rest.
  const into = join(parts.workFolder, randomUUID());
  const opened: { done(): Promise<void> }[] = [];
  const open = async (file: StoredFile) => {
    const local = await parts.blobs.local(file.sha256);
    opened.push(local);
    return local.file;
  };
  try {
    const sourceFile = await open(source);
    const markFiles: Record<string, string> = {};
    for (const [path, mark] of marks) markFiles[path] = await open(mark);
    return await parts.pipeline.make({ source: sourceFile, recipe, marks: markFiles, into });
  } catch (error) {
    await removePieces(into);
    throw error;
  } finally {
    for (const local of opened) await local.done();
  }
}

async function countRecipe(unit: Unit, library: string): Promise<void> {
  await unit
    .tables<MediaTables>()
    .updateTable('media_library')
    .set((set) => ({ recipes_run: set('recipes_run', '+', 1) }))
    .where('id', '=', library)
    .execute();
}
