import { readdir, rename, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TestServer } from '../../harness/server.ts';
import { define, job, put, shown } from './recipes-setup.ts';
import { api, listed, png, query, shop, startInstallation } from './setup.ts';

/** A test that is tried again finds what its first try has stored. */
const again = { overwrite: true };

let server: TestServer;
beforeAll(async () => {
  server = await startInstallation();
});
afterAll(() => server?.close());
beforeEach(() => switchRealtime(true));

/** The files of pictures that were made in real time and that nobody flushed. */
async function unflushedFiles(): Promise<string[]> {
  const folder = join(server.data, 'blobs', 'unflushed');
  const found = await readdir(folder, { withFileTypes: true, recursive: true });
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Cuts off what nobody flushed, as a loss of power may, and starts again with nothing in memory. */
async function losePower(): Promise<void> {
  const files = await unflushedFiles();
  expect(files).not.toEqual([]);
  for (const file of files) await truncate(file, 20);
  await server.crash();
}

const recipesRun = async () => {
  const { media, storage } = server.server.parts;
  const library = `nhn-image-manager/${shop.container}`;
  return (await storage.read((reader) => media.usage.read(reader, library))).recipesRun;
};
const made = async (folder: string) => (await listed(server, folder, { createdBy: 'P' })).json.files;
const switchRealtime = (realtimeService: boolean) =>
  api(server, 'PUT', '/users', { json: { realtimeService } });
const remove = (fileId: string) => api(server, 'DELETE', `/images/sync${query({ fileId })}`);

test('a picture made in real time whose file a loss of power cut off is made again once, by either of its URLs, as the same file', async () => {
  await define(server, 'small', [job('resize_max_fit', { width: 50, height: 50 })]);
  await put(server, '/lost/photo.png', await png(200, 160), again);
  const first = await shown(server, '/lost/photo.png', '?small');
  expect(first.status).toBe(200);
  const [{ id }] = await made('/lost');
  for (const [path, tail, realtime] of [
    ['/lost/photo.png', '?small', true],
    ['/lost/photo_small.png', '', true],
    // The picture was there before the switch: it is shown as one that was not lost.
    ['/lost/photo.png', '?small', false],
    ['/lost/photo_small.png', '', false],
  ] as const) {
    await switchRealtime(realtime);
    await losePower();
    const run = await recipesRun();
    const remade = await Promise.all(Array.from({ length: 8 }, () => shown(server, path, tail)));
    for (const { status, bytes } of remade) {
      expect(status).toBe(200);
      expect(bytes.equals(first.bytes)).toBe(true);
    }
    expect(await recipesRun()).toBe(run + 1);
    expect(await made('/lost')).toMatchObject([{ id, name: 'photo_small.png', bytes: first.bytes.length }]);
  }
});

test('one that cannot be made again now is not shown, never half of it, and made as soon as it can be', async () => {
  await put(server, '/marks/dot.png', await png(5, 5), again);
  await define(server, 'marked', [job('watermark', { watermarkImagePath: '/marks/dot.png' })]);
  await define(server, 'gone', [job('gray')]);
  await put(server, '/later/photo.png', await png(90, 60), again);
  for (const name of ['marked', 'gone']) {
    expect((await shown(server, '/later/photo.png', `?${name}`)).status).toBe(200);
  }
  const before = await made('/later');
  await api(server, 'DELETE', '/operations/gone');
  const [mark] = (await listed(server, '/marks')).json.files;
  await remove(mark.id);
  await losePower();
  expect((await shown(server, '/later/photo_gone.png')).status).toBe(404);
  expect((await shown(server, '/later/photo_marked.png')).status).toBe(500);
  expect((await made('/later')).map(({ id }: { id: string }) => id)).toEqual(
    before.map(({ id }: { id: string }) => id),
  );
  await put(server, '/marks/dot.png', await png(5, 5), again);
  await define(server, 'gone', [job('gray')]);
  for (const name of ['marked', 'gone']) {
    expect((await shown(server, `/later/photo_${name}.png`)).status).toBe(200);
  }
});

test('a picture that outlived its original is shown again when a disk that was away is back', async () => {
  await define(server, 'kept', [job('resize_max_fit', { width: 40, height: 40 })]);
  const { id } = await put(server, '/away/photo.png', await png(80, 80), again);
  expect((await shown(server, '/away/photo.png', '?kept')).status).toBe(200);
  await remove(id);
  const [blobs, elsewhere] = [join(server.data, 'blobs'), join(server.data, 'elsewhere')];
  await rename(blobs, elsewhere);
  await server.crash();
  expect((await shown(server, '/away/photo_kept.png')).status).toBe(404);
  await rename(elsewhere, blobs);
  expect((await shown(server, '/away/photo_kept.png')).status).toBe(200);
});
