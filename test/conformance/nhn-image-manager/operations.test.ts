import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestServer } from '../../harness/server.ts';
import { api, codeOf, other, shop, startInstallation } from './setup.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startInstallation();
});
afterAll(() => server.close());

const resize = (option: object = {}, template = 'resize_max_fit') => ({
  templateOperationId: template,
  option: { width: 100, height: 100, ...option },
});
const put = (name: string, json: unknown) => api(server, 'PUT', `/operations/${name}`, { json });
const show = async (name: string) => (await api(server, 'GET', `/operations/${name}`)).json.operation;
const message = async (name: string, json: unknown) => (await put(name, json)).json.header.resultMessage;

describe('PUT /operations/{operationId}', () => {
  test('29. the body of the guide is answered with every option filled in', async () => {
    const answer = await put('100x100', {
      description: '',
      realtimeService: true,
      data: [resize({ resizeType: 'max_fit', quality: 80, upDownSizeType: 'downOnly' })],
    });
    expect(answer.json).toEqual({
      header: { isSuccessful: true, resultCode: 0, resultMessage: 'Success' },
      operation: {
        appKey: shop.appKey,
        operationId: '100x100',
        description: '',
        realtimeService: true,
        updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0900$/),
        jobTemplate: [
          {
            templateOperationId: 'resize_max_fit',
            jobType: 'ResizeJob',
            option: {
              resizeType: 'max_fit',
              width: 100,
              height: 100,
              quality: 80,
              shrinkLargerOnly: false,
              upDownSizeType: 'downOnly',
              keepAnimation: true,
              keepExif: true,
              autoOrient: false,
              targetExtension: '',
            },
          },
        ],
      },
    });
  });

  test('30. what is wrong with it is said by the code and the words of the original', async () => {
    const data = (...jobs: unknown[]) => ({ data: jobs });
    const watermark = { templateOperationId: 'circle', option: { radius: 5, gravity: 'Middle' } };
    expect(await message('bad', data(resize({}, 'resize_most')))).toBe("'resize_most' is not defined.");
    expect(await message('bad', data(resize({ width: null })))).toBe("'width' must be not null");
    expect(await message('bad', data(resize({ quality: 101 })))).toBe(
      "'quality' must be more than '1' or less than '100'.",
    );
    expect(await message('bad', data(watermark))).toBe("'gravity' is invalid.");
    expect(codeOf(await put('bad', {}))).toBe(40_003);
    expect(codeOf(await put('bad', { data: [] }))).toBe(40_003);
    expect(codeOf(await put('bad', { data: 'resize' }))).toBe(40_004);
    expect(await message('bad', data(resize(), resize({}, 'resize_fix')))).toBe(
      "the value of 'data[0].templateOperationId' and 'data[1].templateOperationId' must be differed.",
    );
    expect(await message('x'.repeat(21), data(resize()))).toBe("'operationId' is invalid.");
    expect(await message('a_b', data(resize()))).toBe("'operationId' is invalid.");
    for (const name of ['gray', 'resize_fix']) expect(codeOf(await put(name, data(resize())))).toBe(40_002);
    expect(await message('bad', { description: 'x'.repeat(31), ...data(resize()) })).toBe(
      "'description' must be more than '0' or less than '30'.",
    );
    expect(codeOf(await api(server, 'GET', '/operations/bad'))).toBe(5003);
  });

  test('31. without data it changes what it names and keeps the jobs', async () => {
    await put('kept', { description: 'before', realtimeService: false, data: [resize({ quality: 33 })] });
    const before = await show('kept');
    expect(codeOf(await put('kept', { description: 'after' }))).toBe(0);
    const after = await show('kept');
    expect(after).toEqual({ ...before, description: 'after', updatedAt: expect.any(String) });
    await put('kept', { description: '', realtimeService: 'true' });
    expect(await show('kept')).toMatchObject({ description: '', realtimeService: true });
  });
});

describe('GET /operations', () => {
  const list = async (query = '') => (await api(server, 'GET', `/operations${query}`)).json;
  const names = (answer: { operations: { operationId: string }[] }) =>
    answer.operations.map(({ operationId }) => operationId);

  test('32. has eleven templates, or the own ones by prefix, page and order', async () => {
    await put('10by10', { data: [resize()] });
    const templates = await list('?template=true');
    expect(templates.operations).toHaveLength(11);
    expect(templates.paging).toEqual({ page: 1, rows: 20, totalCount: 11 });
    expect(names(await list('?template=True&name=resize_f&sort=name:asc'))).toEqual(['resize_fix']);
    const own = names(await list('?template=false&sort=name:asc'));
    expect(own).toEqual(['100x100', '10by10', 'kept']);
    expect(names(await list('?name=10&sort=name:desc'))).toEqual(['10by10', '100x100']);
    expect(names(await list('?name=00'))).toEqual([]);
    expect(names(await list('?rows=2&page=2&sort=name:asc'))).toEqual(['kept']);
    expect((await list('?rows=2&page=2')).paging).toEqual({ page: 2, rows: 2, totalCount: 3 });
    expect(await list('/')).toEqual(await list(''));
    expect(names(await list(''))).toHaveLength(3);
  });

  test('refuses pages, orders and names as the list of folders does', async () => {
    for (const [query, code] of [
      ['?rows=10001', 11_003],
      ['?rows=0', 5001],
      ['?page=x', 5000],
      ['?sort=size:asc', 5000],
      [`?name=${'x'.repeat(21)}`, 5002],
      ['?template=maybe', 5000],
    ] as const) {
      expect((await list(query)).header.resultCode, query).toBe(code);
    }
  });

  test('shows a template, and only to its own service what it has defined', async () => {
    expect(await show('circle')).toMatchObject({ jobTemplate: [{ jobType: 'CircleCropJob' }] });
    const answer = await api(server, 'GET', '/operations/100x100', {}, other);
    expect(codeOf(answer)).toBe(5003);
    expect((await api(server, 'GET', '/operations', {}, other)).json.operations).toEqual([]);
  });
});

describe('DELETE /operations/{operationId}', () => {
  test('33. an unknown one answers 5003, to be shown or deleted, a template 40000', async () => {
    for (const method of ['GET', 'DELETE']) {
      const answer = await api(server, method, '/operations/nothing');
      expect(answer.json).toEqual({
        header: { isSuccessful: false, resultCode: 5003, resultMessage: "'nothing' is not defined." },
      });
    }
    expect(codeOf(await api(server, 'DELETE', '/operations/resize_fix'))).toBe(40_000);
  });

  test('34. an empty body that calls itself JSON is no obstacle', async () => {
    await put('going', { data: [resize()] });
    const headers = { 'content-type': 'application/json' };
    const answer = await api(server, 'DELETE', '/operations/going?deleteThumbnail=', { headers });
    expect(answer.json).toEqual({ header: { isSuccessful: true, resultCode: 0, resultMessage: 'Success' } });
    expect(codeOf(await api(server, 'GET', '/operations/going'))).toBe(5003);
  });
});

describe('/users', () => {
  const switchTo = (json: unknown) => api(server, 'PUT', '/users', { json });

  test('shows the container and the switch, and changes it', async () => {
    const user = async () => (await api(server, 'GET', '/users')).json.user;
    expect(await user()).toEqual({
      appKey: shop.appKey,
      containerName: shop.container,
      realtimeService: true,
    });
    expect(codeOf(await switchTo({}))).toBe(5004);
    expect(codeOf(await switchTo({ realtimeService: 'off' }))).toBe(5000);
    expect(codeOf(await switchTo({ realtimeService: 'false' }))).toBe(0);
    expect(await user()).toMatchObject({ realtimeService: false });
    await switchTo({ realtimeService: true });
  });
});
