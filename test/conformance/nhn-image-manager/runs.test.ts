import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestServer } from '../../harness/server.ts';
import { define, endOf, exec, job, put, run, shown } from './recipes-setup.ts';
import { api, codeOf, listed, other, png, query, shop, startInstallation, upload } from './setup.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startInstallation();
  await define(server, '100x100', [job('resize_max_fit', { width: 100, height: 100 })]);
  await define(server, 'gray-2', [job('gray')]);
});
afterAll(() => server.close());

const filesIn = async (basepath: string, values = {}) => (await listed(server, basepath, values)).json.files;
const namesIn = async (basepath: string, values = {}) =>
  (await filesIn(basepath, values)).map(({ name }: { name: string }) => name);

test('22. an upload queues the operations that there are, and ignores the others', async () => {
  const answer = await upload(server, '/up/sample.png', await png(), { operationIds: '100x100,nope' });
  expect(codeOf(answer)).toBe(0);
  const { queues } = answer.json.file;
  expect(queues).toEqual([
    {
      queueId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      queueType: 'image',
      status: 'W',
      tryCount: 0,
      queuedAt: expect.stringMatching(/\+0900$/),
      operationId: '100x100',
      url: `${server.url}/i/${shop.container}/up/sample_100x100.png`,
      name: 'sample_100x100.png',
      path: '/up/sample_100x100.png',
    },
  ]);
  expect(await endOf(server, queues[0].queueId)).toBe('D');
  expect((await shown(server, '/up/sample_100x100.png')).status).toBe(200);
});

describe('POST /operations-exec', () => {
  test('45. queues one task for each file and operation, and each makes its file', async () => {
    await put(server, '/two/left.png', await png(200, 150));
    await put(server, '/two/right.png', await png(150, 200));
    const answer = await exec(server, ['/two/left.png', 'two/right.png'], ['100x100']);
    expect(codeOf(answer)).toBe(0);
    const { paging, operations, queues } = answer.json;
    expect(paging).toEqual({ page: 1, rows: 20, totalCount: 1 });
    expect(operations).toMatchObject([{ operationId: '100x100', jobTemplate: [{ jobType: 'ResizeJob' }] }]);
    expect(queues).toMatchObject([
      { status: 'W', name: 'left_100x100.png', operationId: '100x100' },
      { status: 'W', name: 'right_100x100.png', operationId: '100x100' },
    ]);
    for (const { queueId } of queues) expect(await endOf(server, queueId)).toBe('D');
    expect(await filesIn('/two', { createdBy: 'P' })).toMatchObject([
      {
        name: 'left_100x100.png',
        createdBy: 'P',
        operationId: '100x100',
        imageProperty: { width: 100, height: 75 },
      },
      { name: 'right_100x100.png', createdBy: 'P', operationId: '100x100' },
    ]);
  });

  test('46. is a partial success with what is missing, and fails without anything to do', async () => {
    const partial = await exec(server, ['/two/left.png', '/two/none.png'], ['gray-2']);
    expect(partial.json.header).toEqual({
      isSuccessful: false,
      resultCode: 1,
      resultMessage: 'Partial Success',
    });
    expect(partial.json.queues).toHaveLength(1);
    expect(codeOf(await exec(server, ['/two/left.png'], ['gray-2', 'nope']))).toBe(1);
    const failed = { header: { isSuccessful: false, resultCode: 40_001, resultMessage: expect.any(String) } };
    expect((await exec(server, ['/two/none.png'], ['gray-2'])).json).toEqual(failed);
    expect((await exec(server, ['/two/left.png'], ['nope'])).json).toEqual(failed);
    // What an operation made is no source.
    expect((await exec(server, ['/two/left_100x100.png'], ['gray-2'])).json).toEqual(failed);
    expect((await exec(server, ['/up/sample.png'], ['gray-2'], { basepath: '/two' })).json).toEqual(failed);
  });

  test('47. a folder stands for every original below it', async () => {
    await put(server, '/deep/a1.png', await png());
    await put(server, '/deep/er/b1.png', await png());
    await run(server, '/deep', 'gray-2');
    const second = await exec(server, ['/deep'], ['gray-2']);
    expect(second.json.queues.map(({ path }: { path: string }) => path).sort()).toEqual([
      '/deep/a1_gray-2.png',
      '/deep/er/b1_gray-2.png',
    ]);
    for (const { queueId } of second.json.queues) expect(await endOf(server, queueId)).toBe('D');
    expect(await namesIn('/deep')).toEqual(['a1.png', 'a1_gray-2.png']);
  });

  test.each([
    [{ basepath: undefined }, 5004],
    [{ filepaths: undefined }, 5004],
    [{ operationIds: null }, 5004],
    [{ filepaths: [] }, 10_001],
    [{ operationIds: [] }, 10_001],
    [{ filepaths: [7] }, 5000],
    [{ filepaths: ['/two/../up/sample.png'] }, 11_050],
    [{ basepath: '/nowhere' }, 20_001],
    [{ callbackUrl: 'http://a.example:8080/' }, 11_051],
    [{ callbackUrl: 'nonsense' }, 11_051],
  ])('refuses %j by %i', async (more, code) => {
    expect(codeOf(await exec(server, ['/two/left.png'], ['gray-2'], more))).toBe(code);
  });
});

describe('tasks', () => {
  test('49. one whose source is gone fails and says so, and an unknown one answers 5003', async () => {
    const file = await put(server, '/gone/late.png', await png());
    // Until the restart nothing is started: the task comes after the delete.
    await server.server.parts.work.stop(5_000);
    const many = await exec(server, ['/gone/late.png'], ['gray-2']);
    const last = many.json.queues.at(-1);
    expect(codeOf(await api(server, 'DELETE', `/images/sync${query({ fileId: file.id })}`))).toBe(0);
    await server.restart();
    expect(await endOf(server, last.queueId)).toBe('F');
    const answer = await api(server, 'GET', `/queues/${last.queueId}`);
    expect(answer.json.queue).toMatchObject({ status: 'F', name: 'late_gray-2.png', queueType: 'image' });

    const unknown = '00000000-0000-4000-8000-000000000000';
    expect((await api(server, 'GET', `/queues/${unknown}`)).json).toEqual({
      header: { isSuccessful: false, resultCode: 5003, resultMessage: `'${unknown}' is not defined.` },
    });
    expect(codeOf(await api(server, 'GET', `/queues/${last.queueId}`, {}, other))).toBe(5003);
    expect(codeOf(await api(server, 'GET', `/queues/${'x'.repeat(65)}`))).toBe(10_001);
  });

  test('50. what an operation made stays as it was when it changes, unless it shall go', async () => {
    await put(server, '/keep/a.b.png', await png(200, 100));
    await define(server, 'changing', [job('resize_max_fit', { width: 100, height: 100 })]);
    await run(server, '/keep/a.b.png', 'changing');
    const before = (await shown(server, '/keep/a.b_changing.png')).bytes;
    await define(server, 'changing', [job('resize_max_fit', { width: 50, height: 50 })]);
    expect((await shown(server, '/keep/a.b_changing.png')).bytes.equals(before)).toBe(true);
    expect((await shown(server, '/keep/a.b.png', '?changing')).bytes.equals(before)).toBe(true);
    await define(server, 'changing', [job('resize_max_fit', { width: 50, height: 50 })], {
      deleteThumbnail: true,
    });
    expect(await namesIn('/keep')).toEqual(['a.b.png']);
    expect((await shown(server, '/keep/a.b_changing.png')).status).toBe(404);
  });

  test('34. DELETE with a body that says so removes what the operation made', async () => {
    await put(server, '/keep/more.png', await png());
    await define(server, 'leaving', [job('gray')]);
    await run(server, '/keep/more.png', 'leaving');
    expect((await shown(server, '/keep/more_leaving.png')).status).toBe(200);
    const answer = await api(server, 'DELETE', '/operations/leaving', { json: { deleteThumbnail: true } });
    expect(codeOf(answer)).toBe(0);
    expect((await shown(server, '/keep/more_leaving.png')).status).toBe(404);
    expect(await namesIn('/keep', { name: 'leaving' })).toEqual([]);
  });
});
