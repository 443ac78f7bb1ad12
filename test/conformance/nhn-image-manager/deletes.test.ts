import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from '../../harness/server.ts';
import { api, codeOf, fetched, form, listed, png, query, startInstallation, upload } from './setup.ts';

let server: TestServer;
let bytes: Buffer;
beforeAll(async () => {
  server = await startInstallation();
  bytes = await png();
  const data = [{ templateOperationId: 'gray', option: {} }];
  expect(codeOf(await api(server, 'PUT', '/operations/dull', { json: { data } }))).toBe(0);
});
afterAll(() => server.close());

type Values = Readonly<Record<string, string | boolean>>;
const now = (values: Values) => api(server, 'DELETE', `/images/sync${query(values)}`);
const later = (values: Values) => api(server, 'DELETE', `/images/async${query(values)}`);
const stored = async (path: string) => (await upload(server, path, bytes)).json.file;
const names = async (path: string) =>
  (await listed(server, path)).json.files.map(({ name }: { name: string }) => name);
const folderId = async (path: string) =>
  (await api(server, 'GET', `/properties/simple${query({ path })}`)).json.folder.id as string;
const unknown = '00000000-0000-4000-8000-000000000000';

/** Resolves with the task when it has ended. */
async function ended(queueId: string) {
  const { storage, media } = server.server.parts;
  for (;;) {
    const task = await storage.read((reader) =>
      media.tasks.byId(reader, 'nhn-image-manager/aaaaach', queueId),
    );
    if (task?.state === 'done' || task?.state === 'failed') return task;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('DELETE /images/sync', () => {
  it('54. removes a file and keeps its thumbnails; with includeThumbnail=True they go, too', async () => {
    for (const [folder, includeThumbnail] of [
      ['/keep', ''],
      ['/drop', 'True'],
    ] as const) {
      const file = await stored(`${folder}/one.png`);
      expect((await fetched(server, `${file.url}?dull`)).status).toBe(200);
      expect(await names(folder)).toEqual(['one.png', 'one_dull.png']);
      const answer = await now({ fileId: file.id, includeThumbnail });
      expect(answer.json).toEqual({
        header: { isSuccessful: true, resultCode: 0, resultMessage: 'Success' },
      });
      expect((await fetched(server, file.url)).status).toBe(404);
    }
    expect(await names('/keep')).toEqual(['one_dull.png']);
    expect(await names('/drop')).toEqual([]);
  });

  it('is told by the ledger in the same moment, and only when it was done', async () => {
    const { id } = await stored('/told/one.png');
    const told = async () => {
      const rows = await server.server.parts.ledger.list({ resources: ['/'], limit: 50 });
      return rows.filter(({ subject }) => subject === id || subject === unknown);
    };
    expect(codeOf(await now({ fileId: unknown }))).toBe(21_011);
    expect(await told()).toEqual([]);
    await now({ fileId: id });
    expect(await told()).toMatchObject([{ action: 'image-file.delete', outcome: 'done' }]);
  });

  it('54. wants exactly one id, and a known one', async () => {
    expect(codeOf(await now({}))).toBe(10_001);
    expect(codeOf(await now({ fileId: '', folderId: '' }))).toBe(10_001);
    const both = await now({ fileId: unknown, folderId: unknown });
    expect(both.json.header).toMatchObject({
      resultCode: 5007,
      resultMessage: "'folderId' can not use with 'fileId'.",
    });
    expect(codeOf(await now({ fileId: 'x'.repeat(51) }))).toBe(10_001);
    for (const id of [unknown, 'x', '\0', "' or 1=1"]) {
      expect(codeOf(await now({ fileId: id }))).toBe(21_011);
      expect(codeOf(await now({ folderId: id }))).toBe(21_011);
    }
    const file = await stored('/kinds/a1.png');
    expect(codeOf(await now({ folderId: file.id }))).toBe(21_011);
    expect(codeOf(await now({ folderId: await folderId('/') }))).toBe(403);
  });

  it('55. removes a folder with its whole subtree, and all its URLs answer 404', async () => {
    const files = [
      await stored('/tree/a1.png'),
      await stored('/tree/in/a2.png'),
      await stored('/tree/in/deep/a3.png'),
    ];
    const headers = { 'content-type': 'application/json' };
    const path = `/images/sync${query({ folderId: await folderId('/tree') })}`;
    expect(codeOf(await api(server, 'DELETE', path, { headers }))).toBe(0);
    for (const { url } of files) expect((await fetched(server, url)).status).toBe(404);
    expect(codeOf(await listed(server, '/tree'))).toBe(20_001);
    expect(codeOf(await upload(server, '/tree/a1.png', bytes))).toBe(0);
  });
});

describe('DELETE /images/async', () => {
  it('56. answers a task that waits; what it deletes is out of the lists at once, and gone when it is done', async () => {
    const first = await stored('/async/a1.png');
    const second = await stored('/async/in/a2.png');
    const id = await folderId('/async/in');
    const { json } = await later({ fileIds: `${first.id}, ${unknown}`, folderIds: id });
    expect(json).toEqual({
      header: { isSuccessful: true, resultCode: 0, resultMessage: 'Success' },
      queue: {
        queueId: expect.any(String),
        queueType: 'delete',
        status: 'W',
        tryCount: 0,
        queuedAt: expect.stringMatching(/\+0900$/),
        operationId: '',
        url: '',
        name: '',
        path: '',
      },
    });
    const { folders, files } = (await listed(server, '/async')).json;
    expect([folders, files]).toEqual([[], []]);
    for (const { url } of [first, second]) expect((await fetched(server, url)).status).toBe(404);
    expect((await ended(json.queue.queueId)).state).toBe('done');
    expect((await api(server, 'GET', `/queues/${json.queue.queueId}`)).json.queue.status).toBe('D');
    expect(codeOf(await later({ fileIds: first.id, folderIds: id }))).toBe(21_011);
  });

  it('56. of what is on its way out answers 21002, and 20002 for an upload below it', async () => {
    const { work } = server.server.parts;
    // Until the restart nothing is started, so the marks can be looked at.
    await work.stop(5_000);
    const file = await stored('/marked/a1.png');
    const inside = await stored('/marked/in/a2.png');
    const id = await folderId('/marked/in');
    const { queue } = (await later({ fileIds: file.id, folderIds: id })).json;
    expect(codeOf(await later({ fileIds: file.id, folderIds: id }))).toBe(21_002);
    expect(codeOf(await now({ fileId: file.id }))).toBe(21_002);
    expect(codeOf(await now({ folderId: id }))).toBe(21_002);
    expect(codeOf(await upload(server, '/marked/in/a3.png', bytes))).toBe(20_002);
    // Before anything else is known of the file: what is sent there is not even looked at.
    expect(codeOf(await upload(server, '/marked/in/deep/a3.txt', 'no picture'))).toBe(20_002);
    const params = JSON.stringify({ basepath: '/marked/in/new' });
    const parts = form([
      ['params', params],
      ['files', bytes, 'a4.png'],
    ]);
    const many = await api(server, 'POST', '/images', { body: parts });
    expect(many.json).toEqual({ header: expect.objectContaining({ resultCode: 20_002 }) });
    expect(codeOf(await upload(server, '/marked/a1.png', bytes))).toBe(21_002);
    expect(codeOf(await upload(server, '/marked/a1.png', bytes, { overwrite: true }))).toBe(21_002);
    const renamed = await upload(server, '/marked/a1.png', bytes, { autorename: true });
    expect(renamed.json.file.name).toBe('a1(1).png');
    const create = (path: string) => api(server, 'POST', '/folders', { json: { path } });
    expect(codeOf(await create('/marked/in'))).toBe(20_000);
    expect(codeOf(await create('/marked/in/child'))).toBe(20_002);
    expect(codeOf(await listed(server, '/marked/in'))).toBe(20_001);
    expect((await fetched(server, inside.url)).status).toBe(404);
    await server.restart();
    expect((await ended(queue.queueId)).state).toBe('done');
    expect(codeOf(await now({ fileId: file.id }))).toBe(21_011);
    expect(codeOf(await upload(server, '/marked/in/a3.png', bytes))).toBe(0);
  });

  it('reads files as fileIds, and refuses no ids, too many, over-long ones and the root', async () => {
    const file = await stored('/old/a1.png');
    expect(codeOf(await later({ files: file.id }))).toBe(0);
    expect(codeOf(await later({}))).toBe(10_001);
    expect(codeOf(await later({ fileIds: ' , ' }))).toBe(10_001);
    expect(codeOf(await later({ fileIds: 'x'.repeat(51) }))).toBe(10_001);
    expect(codeOf(await later({ fileIds: `${unknown},x` }))).toBe(21_011);
    expect(codeOf(await later({ folderIds: await folderId('/') }))).toBe(403);
    const ids = (count: number) => ({ fileIds: Array.from({ length: count }, () => unknown).join() });
    expect(codeOf(await later(ids(10_000)))).toBe(21_011);
    expect(codeOf(await later(ids(10_001)))).toBe(21_003);
  });
});
