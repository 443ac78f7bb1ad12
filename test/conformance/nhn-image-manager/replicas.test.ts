import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase, postgresMissing, sharedPostgres } from '../../harness/postgres.ts';
import type { TestServer } from '../../harness/server.ts';
import { define, job, put, shown } from './recipes-setup.ts';
import { api, codeOf, listed, png, query, startInstallation } from './setup.ts';

/** A test that is tried again finds what its first try has stored. */
const again = { overwrite: true };

/** What the image host answers, until it is that. */
const sees = async (server: TestServer, path: string, tail: string, status: number) =>
  await expect.poll(async () => (await shown(server, path, tail)).status, { interval: 10 }).toBe(status);

describe.skipIf(postgresMissing)('two replicas', () => {
  let one: TestServer;
  let two: TestServer;
  beforeAll(async () => {
    const databaseUrl = await freshDatabase((await sharedPostgres()).url);
    one = await startInstallation({ databaseUrl });
    two = await startInstallation({ databaseUrl });
    // As a folder that both have mounted.
    await rm(join(two.data, 'blobs'), { recursive: true, force: true });
    await symlink(join(one.data, 'blobs'), join(two.data, 'blobs'));
    await define(one, 'small', [job('resize_max_fit', { width: 20, height: 20 })]);
  });
  afterAll(async () => {
    await two?.close();
    await one?.close();
  });

  test('what one has made in real time is shown by the other, and remembered by neither when its original changes', async () => {
    await put(one, '/news/photo.png', await png(60, 60), again);
    const first = await shown(one, '/news/photo.png', '?small');
    for (const tail of ['', '?small']) expect((await shown(two, '/news/photo.png', tail)).status).toBe(200);
    expect((await shown(two, '/news/photo.png', '?small')).bytes.equals(first.bytes)).toBe(true);
    await put(one, '/news/photo.png', await png(60, 30), { overwrite: true });
    const second = await shown(one, '/news/photo.png', '?small');
    expect(second.bytes.equals(first.bytes)).toBe(false);
    for (const [path, tail] of [
      ['/news/photo.png', '?small'],
      ['/news/photo_small.png', ''],
    ] as const) {
      await expect
        .poll(async () => (await shown(two, path, tail)).bytes.equals(second.bytes), { interval: 10 })
        .toBe(true);
    }
  });

  test('a folder that one deletes is gone in the other, with all below it', async () => {
    await put(one, '/gone/deep/photo.png', await png(61, 60), again);
    for (const tail of ['', '?small']) await sees(two, '/gone/deep/photo.png', tail, 200);
    const [{ id }] = (await listed(one, '/')).json.folders.filter(
      ({ name }: { name: string }) => name === 'gone',
    );
    expect(codeOf(await api(one, 'DELETE', `/images/sync${query({ folderId: id })}`))).toBe(0);
    for (const path of ['/gone/deep/photo.png', '/gone/deep/photo_small.png']) await sees(two, path, '', 404);
  });

  test('a switch of real time, and an operation that goes, are known to the other', async () => {
    const switchRealtime = (realtimeService: boolean) =>
      api(one, 'PUT', '/users', { json: { realtimeService } });
    await switchRealtime(true);
    await put(one, '/switch/photo.png', await png(62, 60), again);
    await sees(two, '/switch/photo.png', '?small', 200);
    let tries = 0;
    // Another picture each time: what was made before the other knew stays there.
    const answersNow = async () => {
      tries += 1;
      await put(one, `/switch/${tries}.png`, await png(64 + tries, 60), again);
      return (await shown(two, `/switch/${tries}.png`, '?small')).status;
    };
    await switchRealtime(false);
    await expect.poll(answersNow).toBe(403);
    await switchRealtime(true);
    await sees(two, `/switch/${tries}.png`, '?small', 200);
    await define(one, 'other', [job('gray')], { realtimeService: false });
    await sees(two, '/switch/photo.png', '?other', 403);
    await api(one, 'DELETE', '/operations/other');
    await sees(two, '/switch/photo.png', '?other', 200);
  });
});
