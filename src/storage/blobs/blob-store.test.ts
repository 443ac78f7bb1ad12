import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { postgresMissing } from '../../../test/harness/postgres.ts';
import { startS3, type TestS3 } from '../../../test/harness/s3.ts';
import { openTestStorage, silent, type TestStorage } from '../../../test/harness/storage.ts';
import { CoreError } from '../../errors/index.ts';
import { ManualClock } from '../clock.ts';
import type { BlobObjects, BlobStore } from './blob-store.ts';
import { blobMigrations } from './blob-table.ts';
import { createBlobStore } from './counted-blobs.ts';
import { directoryObjects } from './directory-objects.ts';
import { s3Objects } from './s3-objects.ts';

const minute = 60_000;
const large = 1024 ** 3;

async function* once(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

interface Place {
  readonly name: string;
  /** Where the bytes of one test lie. */
  objects(folder: string): Promise<BlobObjects>;
  /** Which database counts the references. */
  readonly engine?: 'postgres';
  readonly skip?: boolean;
}

let s3: TestS3;

/** A folder of its own in the bucket that `SLIPWAY_TEST_S3_URL` names; without it that S3 is no place of the suite. */
function folderIn(bucket: string): string {
  const url = new URL(bucket);
  url.pathname = `${url.pathname}/${randomBytes(6).toString('hex')}`;
  return url.href;
}

const places: Place[] = [
  { name: 'a directory', objects: async (folder) => directoryObjects(join(folder, 'blobs')) },
  {
    name: 'a directory, counted by PostgreSQL',
    objects: async (folder) => directoryObjects(join(folder, 'blobs')),
    engine: 'postgres',
    skip: postgresMissing !== undefined,
  },
  { name: 'S3 (s3rver)', objects: async () => s3Objects(s3.freshUrl()) },
];
const givenBucket = process.env.SLIPWAY_TEST_S3_URL;
if (givenBucket) places.push({ name: 'the S3 given', objects: async () => s3Objects(folderIn(givenBucket)) });

beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.stop());

describe.each(places)('blobs in $name', (place) => {
  describe.skipIf(place.skip)('', () => {
    let opened: TestStorage;
    let clock: ManualClock;
    let objects: BlobObjects;
    let blobs: BlobStore;

    beforeEach(async () => {
      // A little ahead of the machine's clock, which stamps the stored bytes.
      clock = new ManualClock(Date.now() + minute);
      opened = await openTestStorage({
        engine: place.engine ?? 'sqlite',
        clock,
        migrations: [{ name: 'core', migrations: blobMigrations }],
      });
      objects = await place.objects(opened.folder);
      blobs = await createBlobStore({
        storage: opened.storage,
        objects,
        spoolFolder: join(opened.folder, 'spool'),
        clock,
        log: silent,
        limits: { freeBytes: 0, anonymousSpools: 2, anonymousBytes: 1000 },
        graceMilliseconds: 10 * minute,
      });
    });
    afterEach(() => opened.close());

    const spooled = () => readdir(join(opened.folder, 'spool'));
    const keep = async (bytes: string | Uint8Array) =>
      (await blobs.spool(once(bytes), { limit: large })).keep();
    const read = async (sha256: string, range?: { start: number; end: number }) =>
      (await buffer(await blobs.open(sha256, range))).toString();

    test('bytes come back as they came, whole and in ranges, under their sha-256', async () => {
      const blob = await (await blobs.spool(once('hello ', 'wor', 'ld'), { limit: 11 })).keep();
      expect(blob).toEqual({ sha256: createHash('sha256').update('hello world').digest('hex'), size: 11 });
      expect(await read(blob.sha256)).toBe('hello world');
      expect(await read(blob.sha256, { start: 6, end: 8 })).toBe('wor');
      expect(await objects.size(blob.sha256)).toBe(11);
      expect(String(await blobs.bytes(blob.sha256))).toBe('hello world');
      expect(await spooled()).toEqual([]);
    });

    test('a program that takes a path gets a local file, and nothing is left of it in the spool', async () => {
      const { sha256 } = await keep('hello world');
      const local = await blobs.local(sha256);
      expect(await readFile(local.file, 'utf8')).toBe('hello world');
      await local.done();
      expect(await spooled()).toEqual([]);
      expect(await read(sha256)).toBe('hello world');
      await expect(blobs.local('0'.repeat(64))).rejects.toMatchObject({ code: 'not-found' });
    });

    test('a file that is taken over is moved, not copied, and seen on the way; discarded it is gone', async () => {
      const bytes = randomBytes(700_000);
      const [kept, dropped] = ['kept', 'dropped'].map((name) => join(opened.folder, name)) as [
        string,
        string,
      ];
      for (const path of [kept, dropped]) await writeFile(path, bytes);
      const seen: Buffer[] = [];
      const adopted = await blobs.adopt({ path: kept, size: bytes.length }, (some) =>
        seen.push(Buffer.from(some)),
      );
      const blob = await adopted.keep();
      expect(blob).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length });
      expect(Buffer.concat(seen).equals(bytes)).toBe(true);
      expect((await buffer(await blobs.open(blob.sha256))).equals(bytes)).toBe(true);
      await (await blobs.adopt({ path: dropped, size: bytes.length })).discard();
      for (const path of [kept, dropped]) await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
      expect(await spooled()).toEqual([]);
    });

    test('bytes that are kept with the unit that retains them are there after it, and swept when it throws', async () => {
      const spool = (text: string) => blobs.spool(once(text), { limit: large });
      const before = opened.storage.commits;
      const retained = await spool('retained');
      const answer = await retained.keepWith(async (unit) => {
        await blobs.retain(unit, retained);
        return 'stored';
      });
      expect(answer).toBe('stored');
      expect(opened.storage.commits).toBe(before + 1);
      const refused = await spool('refused');
      const refusal = new CoreError('conflict', 'The name is taken.');
      await expect(
        refused.keepWith(async (unit) => {
          await blobs.retain(unit, refused);
          throw refusal;
        }),
      ).rejects.toBe(refusal);
      expect(await spooled()).toEqual([]);
      clock.advance(11 * minute);
      expect(await blobs.sweep()).toBe(1);
      expect(await read(retained.sha256)).toBe('retained');
      await expect(blobs.open(refused.sha256)).rejects.toMatchObject({ code: 'not-found' });
    });

    test('a file that is shorter than was said is not taken over', async () => {
      const path = join(opened.folder, 'short');
      await writeFile(path, 'abc');
      await expect(blobs.adopt({ path, size: 4 })).rejects.toMatchObject({ code: 'unavailable' });
      expect(await readFile(path, 'utf8')).toBe('abc');
    });

    test('an empty upload and one of several megabytes are blobs too', async () => {
      const empty = await keep('');
      expect(await read(empty.sha256)).toBe('');
      const bytes = randomBytes(20 * 1024 * 1024 + 7);
      const blob = await keep(bytes);
      expect((await buffer(await blobs.open(blob.sha256))).equals(bytes)).toBe(true);
    });

    test('what is not stored, and a name that is none, is not found', async () => {
      for (const name of ['0'.repeat(64), '../../etc/passwd', '']) {
        await expect(blobs.open(name)).rejects.toMatchObject({ code: 'not-found' });
        await expect(blobs.bytes(name)).rejects.toMatchObject({ code: 'not-found' });
        expect(await objects.size(name)).toBeUndefined();
      }
    });

    test('an upload above the limit, one that breaks and a discarded one leave no file', async () => {
      await expect(blobs.spool(once('12345', '678'), { limit: 7 })).rejects.toMatchObject({
        code: 'too-large',
      });
      const broken = (async function* () {
        yield Buffer.from('half');
        throw new Error('connection reset');
      })();
      await expect(blobs.spool(broken, { limit: large })).rejects.toThrow('connection reset');
      const discarded = await blobs.spool(once('never mind'), { limit: large });
      await discarded.discard();
      expect(await spooled()).toEqual([]);
      await expect(blobs.open(discarded.sha256)).rejects.toMatchObject({ code: 'not-found' });
    });

    test('the sweep takes what nothing references after the grace time, and only that', async () => {
      const [kept, gone, young] = [await keep('kept'), await keep('gone'), 'young'];
      await opened.storage.write(async (unit) => {
        await blobs.retain(unit, kept);
        await blobs.retain(unit, kept);
        await blobs.retain(unit, gone);
      });
      await opened.storage.write(async (unit) => {
        await blobs.release(unit, kept.sha256);
        await blobs.release(unit, gone.sha256);
        await blobs.release(unit, gone.sha256);
      });
      clock.advance(11 * minute);
      const { sha256: fresh } = await keep(young);
      expect(await blobs.sweep()).toBe(1);
      expect(await read(kept.sha256)).toBe('kept');
      expect(await read(fresh)).toBe('young');
      await expect(blobs.open(gone.sha256)).rejects.toMatchObject({ code: 'not-found' });
      await expect(opened.storage.write((unit) => blobs.retain(unit, gone))).rejects.toMatchObject({
        code: 'precondition',
      });
    });

    test('the grace time of an unreferenced blob begins anew when the same bytes are kept again', async () => {
      const blob = await keep('again');
      clock.advance(9 * minute);
      await keep('again');
      clock.advance(9 * minute);
      expect(await blobs.sweep()).toBe(0);
      expect(await read(blob.sha256)).toBe('again');
    });

    test('bytes that a died process stored without counting them are swept', async () => {
      const orphan = await blobs.spool(once('orphan'), { limit: large });
      await objects.put(orphan, orphan.file);
      clock.advance(11 * minute);
      expect(await blobs.sweep()).toBe(1);
      await expect(blobs.open(orphan.sha256)).rejects.toMatchObject({ code: 'not-found' });
    });

    test('sweeps and keeps of the same bytes at once never lose a kept blob', async () => {
      for (let round = 0; round < 10; round += 1) {
        const blob = await keep('contested');
        clock.advance(11 * minute);
        const [, again] = await Promise.all([blobs.sweep(), keep('contested'), blobs.sweep()]);
        expect(again).toEqual(blob);
        expect(await read(blob.sha256)).toBe('contested');
        await opened.storage.write((unit) => blobs.retain(unit, blob));
        await opened.storage.write((unit) => blobs.release(unit, blob.sha256));
      }
    });

    test('strangers share a bound of uploads and of bytes, and get it back', async () => {
      const stranger = { limit: large, anonymous: true };
      const first = await blobs.spool(once('x'.repeat(600)), stranger);
      await expect(blobs.spool(once('x'.repeat(600)), stranger)).rejects.toMatchObject({
        code: 'rate-limited',
      });
      const second = await blobs.spool(once('x'), stranger);
      await expect(blobs.spool(once('x'), stranger)).rejects.toMatchObject({ code: 'rate-limited' });
      await keep('known people are not held up');
      await first.discard();
      await second.keep();
      await (await blobs.spool(once('x'.repeat(1000)), stranger)).discard();
    });

    test('files of an earlier process are gone from the spool folder at start', async () => {
      await blobs.spool(once('left behind'), { limit: large });
      expect(await spooled()).toHaveLength(1);
      const { storage, folder } = opened;
      await createBlobStore({ storage, objects, spoolFolder: join(folder, 'spool'), clock, log: silent });
      expect(await spooled()).toEqual([]);
    });
  });
});

test('a disk without room answers unavailable and keeps nothing', async () => {
  const opened = await openTestStorage({ migrations: [{ name: 'core', migrations: blobMigrations }] });
  try {
    const spoolFolder = join(opened.folder, 'spool');
    const blobs = await createBlobStore({
      storage: opened.storage,
      objects: directoryObjects(join(opened.folder, 'blobs')),
      spoolFolder,
      clock: new ManualClock(),
      log: silent,
      limits: { freeBytes: Number.MAX_SAFE_INTEGER },
    });
    await expect(blobs.spool(once('x'), { limit: large })).rejects.toMatchObject({ code: 'unavailable' });
    expect(await readdir(spoolFolder)).toEqual([]);
  } finally {
    await opened.close();
  }
});

test('an object storage that answers nonsense is unavailable', async () => {
  const server = createServer((_request, response) => response.writeHead(400).end('no')).listen(
    0,
    '127.0.0.1',
  );
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const objects = s3Objects(`s3://blobs?endpoint=http://127.0.0.1:${port}&forcePathStyle=true`);
    await expect(objects.open('0'.repeat(64))).rejects.toMatchObject({ code: 'unavailable' });
  } finally {
    server.close();
  }
});

test('an object storage URL with an unknown setting is refused', () => {
  expect(() => s3Objects('s3://blobs?regoin=x')).toThrow(expect.objectContaining({ code: 'invalid' }));
  expect(() => s3Objects('https://blobs')).toThrow(expect.objectContaining({ code: 'invalid' }));
});
