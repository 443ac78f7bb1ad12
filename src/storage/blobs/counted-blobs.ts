import { sql } from 'kysely';
import type { Logger } from 'pino';
import { CoreError } from '../../errors/index.ts';
import type { Clock } from '../clock.ts';
import { fixedQuery } from '../database/fixed-query.ts';
import type { Storage, Unit, WriteOptions } from '../database/storage.ts';
import type { Blob, BlobObjects, BlobStore, SpooledBlob } from './blob-store.ts';
import { type BlobTables, blobLock } from './blob-table.ts';
import { defaultSpoolLimits, diskError, Spool, type SpooledFile, type SpoolLimits } from './spool.ts';
import { sweepBlobs } from './sweep.ts';

/** What a blob store is made of. */
export interface BlobStoreParts {
  readonly storage: Storage;
  readonly objects: BlobObjects;
  /** Emptied at start; on the same disk as a directory of blobs, so that keeping is a rename. */
  readonly spoolFolder: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: Partial<SpoolLimits>;
  /** How long bytes without a reference stay; default one hour. */
  readonly graceMilliseconds?: number;
}

const hour = 3_600_000;

/** Opens the store and removes what an earlier process left in the spool folder. */
export async function createBlobStore(parts: BlobStoreParts): Promise<BlobStore> {
  const { storage, objects } = parts;
  const spool = new Spool(parts.spoolFolder, { ...defaultSpoolLimits, ...parts.limits });
  await spool.empty();
  return {
    spool: async (source, options) => spooledBlob(parts, await spool.receive(source, options)),
    async adopt(file, look) {
      const adopted = await spool.adopt(file, look);
      return { ...spooledBlob(parts, adopted), bytes: adopted.bytes };
    },
    open: (sha256, range) => objects.open(sha256, range),
    bytes: (sha256) => objects.bytes(sha256),
    async local(sha256) {
      if (objects.localFile) return { file: await objects.localFile(sha256), done: async () => {} };
      const fetched = await spool.receive(await objects.open(sha256), { limit: Number.MAX_SAFE_INTEGER });
      return { file: fetched.file, done: () => fetched.remove() };
    },
    async retain(unit, blob) {
      if (uncounted.get(unit) === blob.sha256) {
        uncounted.delete(unit);
        await insertRetained(unit, blob);
        return;
      }
      const { numUpdatedRows } = await unit
        .tables<BlobTables>()
        .updateTable('blob')
        .set((set) => ({ reference_count: set('reference_count', '+', 1), unreferenced_at: null }))
        .where('sha256', '=', blob.sha256)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) {
        throw new CoreError('precondition', 'The uploaded bytes are no longer there. Upload them again.', {
          internal: `retain of ${blob.sha256}, which was swept or never kept`,
        });
      }
    },
    async release(unit, sha256) {
      await unit
        .tables<BlobTables>()
        .updateTable('blob')
        .set((set) => ({
          reference_count: set('reference_count', '-', 1),
          unreferenced_at: sql<
            number | null
          >`case when reference_count = 1 then cast(${unit.now} as bigint) end`,
        }))
        .where('sha256', '=', sha256)
        .where('reference_count', '>', 0)
        .execute();
    },
    sweep: () =>
      sweepBlobs({
        storage,
        objects,
        log: parts.log,
        before: parts.clock.now() - (parts.graceMilliseconds ?? hour),
      }),
  };
}

/** The blob that a unit keeps and has not counted yet: counting and retaining it are then one query. */
const uncounted = new WeakMap<Unit, string>();

/** A spooled file on its way to become a blob. */
function spooledBlob({ storage, objects }: BlobStoreParts, spooled: SpooledFile): SpooledBlob {
  const blob = { sha256: spooled.sha256, size: spooled.size };
  const keepWith = async <Result>(write: (unit: Unit) => Promise<Result>, options?: WriteOptions) => {
    try {
      return await storage.exclusive(blobLock(blob.sha256), async () => {
        await objects.put(blob, spooled.file, options);
        return await storage.write(async (unit) => {
          uncounted.set(unit, blob.sha256);
          const result = await write(unit);
          if (uncounted.delete(unit)) await insertBlob(unit, blob);
          return result;
        }, options);
      });
    } catch (error) {
      throw diskError(error);
    } finally {
      await spooled.remove();
    }
  };
  return {
    ...blob,
    file: spooled.file,
    keep: () => keepWith(async () => blob),
    keepWith,
    discard: () => spooled.remove(),
  };
}

async function insertBlob(unit: Unit, blob: Blob): Promise<void> {
  await unit
    .tables<BlobTables>()
    .insertInto('blob')
    .values({ ...blob, reference_count: 0, unreferenced_at: unit.now })
    // A blob that rows refer to stays as it is; the grace time of an unreferenced one begins anew.
    .onConflict((conflict) =>
      conflict.column('sha256').doUpdateSet({
        unreferenced_at: sql`case when blob.reference_count = 0 then excluded.unreferenced_at end`,
      }),
    )
    .execute();
}

/** The blob's row with one reference more. */
const insertRetained = fixedQuery<BlobTables, never, Blob>((tables, value) =>
  tables
    .insertInto('blob')
    .values({ sha256: value('sha256'), size: value('size'), reference_count: 1, unreferenced_at: null })
    .onConflict((conflict) =>
      conflict
        .column('sha256')
        .doUpdateSet({ reference_count: sql`blob.reference_count + 1`, unreferenced_at: null }),
    )
    .$castTo<never>(),
);
