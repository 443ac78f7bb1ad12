import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestStorage, silent, type TestStorage } from '../../../test/harness/storage.ts';
import { ManualClock } from '../clock.ts';
import type { BlobStore } from './blob-store.ts';
import { blobMigrations } from './blob-table.ts';
import { createBlobStore } from './counted-blobs.ts';
import { directoryObjects } from './directory-objects.ts';

const minute = 60_000;
const text = 'a picture that can be made again';
const sha256 = createHash('sha256').update(text).digest('hex');

let opened: TestStorage;
let clock: ManualClock;
let blobs: BlobStore;
const folder = () => join(opened.folder, 'blobs');
const unflushed = () => join(folder(), 'unflushed', sha256.slice(0, 2), sha256);
const flushed = () => join(folder(), sha256.slice(0, 2), sha256.slice(2, 4), sha256);

/** A process that knows nothing of what an earlier one has put. */
async function startAgain(): Promise<BlobStore> {
  return await createBlobStore({
    storage: opened.storage,
    objects: directoryObjects(folder()),
    spoolFolder: join(opened.folder, 'spool'),
    clock,
    log: silent,
    limits: { freeBytes: 0 },
    graceMilliseconds: 10 * minute,
  });
}

beforeEach(async () => {
  // A little ahead of the machine's clock, which stamps the stored bytes.
  clock = new ManualClock(Date.now() + minute);
  opened = await openTestStorage({ clock, migrations: [{ name: 'core', migrations: blobMigrations }] });
  blobs = await startAgain();
});
afterEach(() => opened.close());

/** Stores the text as a derivative is stored, with one reference. */
async function keepWhatMayBeLost(): Promise<void> {
  const path = join(opened.folder, 'made');
  await writeFile(path, text);
  const adopted = await blobs.adopt({ path, size: text.length });
  await adopted.keepWith((unit) => blobs.retain(unit, adopted), { mayBeLost: true });
}

async function* once(bytes: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(bytes);
}

/** Stores it as an upload is stored, with one reference. */
async function upload(): Promise<void> {
  const spooled = await blobs.spool(once(text), { limit: 99 });
  await spooled.keep();
  await opened.storage.write((unit) => blobs.retain(unit, spooled));
}

async function reads(store: BlobStore): Promise<string[]> {
  const local = await store.local(sha256);
  return [
    String(await store.bytes(sha256)),
    String(await buffer(await store.open(sha256))),
    await readFile(local.file, 'utf8'),
  ];
}

const ways = [
  ['bytes', (store: BlobStore) => store.bytes(sha256)],
  ['open', (store: BlobStore) => store.open(sha256)],
  ['local', (store: BlobStore) => store.local(sha256)],
] as const;

test('bytes that may be lost are read at once, and by the next process', async () => {
  await keepWhatMayBeLost();
  expect(existsSync(flushed())).toBe(false);
  expect(await reads(blobs)).toEqual([text, text, text]);
  expect(await reads(await startAgain())).toEqual([text, text, text]);
});

// What a file that was not flushed may be after a loss of power.
test.each([
  ['empty', () => truncate(unflushed(), 0)],
  ['short', () => truncate(unflushed(), text.length - 1)],
  ['full of zeros', () => writeFile(unflushed(), Buffer.alloc(text.length))],
])('a file that a crash left %s is missing, in every way of reading', async (_, damage) => {
  for (const [, read] of ways) {
    await keepWhatMayBeLost();
    await damage();
    const next = await startAgain();
    await expect(read(next)).rejects.toMatchObject({ code: 'not-found' });
    expect(await directoryObjects(folder()).size(sha256)).toBeUndefined();
  }
});

test('a broken file does not keep the same bytes from being stored again', async () => {
  await keepWhatMayBeLost();
  await truncate(unflushed(), 3);
  blobs = await startAgain();
  await expect(blobs.bytes(sha256)).rejects.toMatchObject({ code: 'not-found' });
  await keepWhatMayBeLost();
  expect(await reads(blobs)).toEqual([text, text, text]);
});

test('an upload of the same bytes is flushed to a place of its own, and needs nothing of what may be lost', async () => {
  await keepWhatMayBeLost();
  await upload();
  expect(await readFile(flushed(), 'utf8')).toBe(text);
  for (const damage of [() => truncate(unflushed(), 0), () => writeFile(unflushed(), 'other')]) {
    await damage();
    expect(await reads(await startAgain())).toEqual([text, text, text]);
  }
});

test('what an upload has stored is used as it is for what may be lost', async () => {
  await upload();
  await keepWhatMayBeLost();
  expect(existsSync(unflushed())).toBe(false);
  expect(await reads(blobs)).toEqual([text, text, text]);
});

test('the sweep takes both files of bytes that nobody refers to, and none before', async () => {
  await keepWhatMayBeLost();
  await upload();
  const release = () => opened.storage.write((unit) => blobs.release(unit, sha256));
  await release();
  clock.advance(11 * minute);
  expect(await blobs.sweep()).toBe(0);
  expect(await reads(await startAgain())).toEqual([text, text, text]);
  await release();
  clock.advance(11 * minute);
  expect(await blobs.sweep()).toBe(1);
  expect([existsSync(flushed()), existsSync(unflushed())]).toEqual([false, false]);
  await expect(blobs.bytes(sha256)).rejects.toMatchObject({ code: 'not-found' });
});

test('bytes whose row was lost are swept', async () => {
  const path = join(opened.folder, 'made');
  await writeFile(path, text);
  await directoryObjects(folder()).put({ sha256, size: text.length }, path, { mayBeLost: true });
  clock.advance(11 * minute);
  expect(await blobs.sweep()).toBe(1);
  expect(existsSync(unflushed())).toBe(false);
});
