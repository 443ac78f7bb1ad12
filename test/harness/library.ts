import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Content,
  createMedia,
  type Media,
  mediaMigrations,
  type StoredFile,
} from '../../src/media/index.ts';
import {
  type BlobStore,
  blobMigrations,
  createBlobStore,
  type DatabaseEngine,
  directoryObjects,
  ManualClock,
  openStorage,
  type Storage,
} from '../../src/storage/index.ts';
import { createWorkQueue, type WorkQueue, workMigrations } from '../../src/work/index.ts';
import { sharedPipeline } from './pipeline.ts';
import { openTestStorage, silent } from './storage.ts';

/** A media library on a real database and real files, with one empty library `shop`. */
export interface TestLibrary {
  readonly storage: Storage;
  readonly blobs: BlobStore;
  readonly work: WorkQueue;
  readonly media: Media;
  readonly clock: ManualClock;
  readonly folder: string;
  /** Keeps bytes (random ones when none are given) and answers a content of them. */
  content(bytes?: Uint8Array, facts?: Partial<Content>): Promise<Content>;
  /** Stores a user's file. */
  put(path: string, collision?: 'refuse' | 'replace' | 'rename', content?: Content): Promise<StoredFile>;
  /** The references of all blobs, and of how many nobody speaks. */
  references(): Promise<{ counted: number; unreferenced: number }>;
  /** Another replica on the same database and blobs (PostgreSQL only). */
  replica(): Promise<{ storage: Storage; work: WorkQueue; media: Media }>;
  close(): Promise<void>;
}

/** Opens it. */
export async function openLibrary(engine: DatabaseEngine): Promise<TestLibrary> {
  const clock = new ManualClock(Date.now());
  const opened = await openTestStorage({
    engine,
    clock,
    migrations: [{ name: 'core', migrations: [...workMigrations, ...blobMigrations, ...mediaMigrations] }],
  });
  const { folder } = opened;
  const closers: (() => Promise<void>)[] = [];
  const start = async (storage: Storage, name: string) => {
    const blobs = await createBlobStore({
      storage,
      objects: directoryObjects(join(folder, 'blobs')),
      spoolFolder: join(folder, `spool-${name}`),
      clock,
      log: silent,
      limits: { freeBytes: 0 },
    });
    const work = createWorkQueue({ storage, clock, log: silent });
    const workFolder = join(folder, `pictures-${name}`);
    const media = createMedia({
      storage,
      blobs,
      work,
      pipeline: sharedPipeline,
      clock,
      log: silent,
      workFolder,
    });
    await media.start();
    closers.push(async () => {
      await work.stop(0);
      await media.stop();
    });
    return { storage, blobs, work, media };
  };
  const first = await start(opened.storage, 'first');
  const { storage, blobs, media } = first;
  await storage.write((unit) => media.tree.createLibrary(unit, 'shop'));

  const content: TestLibrary['content'] = async (bytes = randomBytes(16), facts = {}) => {
    const file = join(folder, `upload-${randomBytes(8).toString('hex')}`);
    await writeFile(file, bytes);
    const spooled = await blobs.spool(
      (async function* () {
        yield bytes;
      })(),
      { limit: bytes.length },
    );
    const { sha256, size } = await spooled.keep();
    const plain = { format: 'png', width: 1, height: 1, frames: 1, takenAt: null, coordinate: null } as const;
    return {
      ...plain,
      ...facts,
      sha256,
      md5: createHash('md5')
        .update(await readFile(file))
        .digest('hex'),
      bytes: size,
    };
  };
  return {
    ...first,
    clock,
    folder,
    content,
    async put(path, collision = 'refuse', given) {
      const newContent = given ?? (await content());
      const stored = await storage.write((unit) =>
        media.tree.putFile(unit, { library: 'shop', path, content: newContent, collision }),
      );
      return stored.file;
    },
    async references() {
      return await storage.read(async (reader) => {
        const rows = await reader
          .tables<{ blob: { sha256: string; reference_count: number } }>()
          .selectFrom('blob')
          .select('reference_count')
          .execute();
        return {
          counted: rows.reduce((sum, row) => sum + row.reference_count, 0),
          unreferenced: rows.filter((row) => row.reference_count === 0).length,
        };
      });
    },
    async replica() {
      const other = await openStorage({ url: opened.url, clock, log: silent });
      closers.push(() => other.close());
      return await start(other, 'second');
    },
    async close() {
      for (const close of closers.reverse()) await close();
      await opened.close();
    },
  };
}
