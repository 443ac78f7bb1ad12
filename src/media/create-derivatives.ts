import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CoreError } from '../errors/index.ts';
import { type BlobStore, fixedQuery, type Reader, type Storage, type Unit } from '../storage/index.ts';
import type { ChangeNews } from './change-news.ts';
import { type DerivationPlaces, readPlaces } from './derivation-places.ts';
import type { Derivation, Derivatives, Derived, Trial } from './derivatives.ts';
import type { Content, StoredFile } from './entries.ts';
import { fileOf, readFile } from './file-rows.ts';
import { isDecodable } from './formats/index.ts';
import {
  dropPictures,
  type KeepOptions,
  keepPictures,
  sourceGone,
  targetName,
  writeMade,
} from './made-files.ts';
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

interface Parts {
  readonly storage: Storage;
  readonly blobs: BlobStore;
  readonly pipeline: Pipeline;
  readonly news: ChangeNews;
  readonly workFolder: string;
}

/** The newest content of a source, and the marks that its recipe lays over it by their paths. */
interface Inputs {
  readonly source: StoredFile;
  readonly marks: ReadonlyMap<string, StoredFile>;
}

/** The derivatives over the tree's tables and the pipeline. */
export function createDerivatives(parts: Parts): DerivativesWithTasks {
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
    ensure(derivation, { onMade, lost } = {}) {
      const { source, name } = derivation;
      const key = JSON.stringify([source.id, source.version, name, derivation.recipe, lost?.version]);
      return flights.run(key, () =>
        alone(derivation, async () => {
          const found = await storage.read((reader) => readCurrentOrInputs(reader, derivation, lost));
          if (found.current) return found.current;
          // What is lost with the machine's power is made again when it is asked for.
          const { files } = await makeOf(parts, derivation, found.inputs, {
            mayBeLost: true,
            onStored: onMade,
          });
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
  const { source } = derivation;
  const file = await readFile(reader, source.library, targetPath(derivation));
  return isCurrent(file, derivation) ? file : undefined;
}

function isCurrent(file: StoredFile | undefined, { source, name }: Derivation): boolean {
  return file?.recipe === name && file.source?.id === source.id && file.source.version === source.version;
}

/** The stored result, or else what to make it of, with as few queries as possible: a page may ask for many pictures. */
async function readCurrentOrInputs(
  reader: Reader,
  derivation: Derivation,
  lost?: StoredFile,
): Promise<{ current: StoredFile } | { current: undefined; inputs: Inputs }> {
  const name = targetName(derivation);
  const places = await readPlaces(reader, derivation.source, [name]);
  const row = places.files.get(name);
  if (places.folder && row?.removal === null) {
    const file = fileOf(row, places.folder.path);
    const isLost = file.id === lost?.id && file.version === lost.version;
    if (!isLost && isCurrent(file, derivation)) return { current: file };
  }
  return { current: undefined, inputs: await inputsFrom(reader, derivation, places) };
}

async function make(
  parts: Parts,
  asked: Derivation,
  alongside?: (unit: Unit, derived: Derived) => Promise<void>,
): Promise<Derived> {
  const inputs = await parts.storage.read((reader) => readInputs(reader, asked));
  return await makeOf(parts, asked, inputs, {}, alongside);
}

async function makeOf(
  parts: Parts,
  asked: Derivation,
  { source, marks }: Inputs,
  options: KeepOptions,
  alongside?: (unit: Unit, derived: Derived) => Promise<void>,
): Promise<Derived> {
  const pictures = await runRecipe(parts, { source, marks, recipe: asked.recipe });
  const store = async (unit: Unit, contents: readonly Content[]) => {
    const derived = await writeMade(unit, parts, { ...asked, source }, contents);
    await countRecipe(unit, { library: source.library });
    await alongside?.(unit, derived);
    return derived;
  };
  return await keepPictures(parts, pictures, store, options);
}

async function readInputs(reader: Reader, trial: Trial): Promise<Inputs> {
  return await inputsFrom(reader, trial, await readPlaces(reader, trial.source, []));
}

async function inputsFrom(
  reader: Reader,
  { source, recipe }: Trial,
  { folder, source: row }: DerivationPlaces,
): Promise<Inputs> {
  if (!folder || !row) throw sourceGone(source);
  const newest = fileOf(row, folder.path);
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

const countRecipe = fixedQuery<MediaTables, never, { library: string }>((tables, value) =>
  tables
    .updateTable('media_library')
    .set((set) => ({ recipes_run: set('recipes_run', '+', 1) }))
    .where('id', '=', value('library'))
    .$castTo<never>(),
);
