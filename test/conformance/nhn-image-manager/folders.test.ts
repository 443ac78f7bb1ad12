import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from '../../harness/server.ts';
import { api, codeOf, fetched, listed, png, query, shop, startInstallation, upload } from './setup.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startInstallation();
});
afterAll(() => server.close());

const createFolder = (path: string) => api(server, 'POST', '/folders', { json: { path } });
const properties = (path: string, simple = '') =>
  api(server, 'GET', `/properties${simple}${query({ path })}`);

describe('access', () => {
  it('1. any unknown path or method under the base answers 404 in the header, also without a key', async () => {
    const tries: [string, string][] = [
      ['GET', `/image/v2.0/appkeys/${shop.appKey}/nothing`],
      ['PATCH', `/image/v2.0/appkeys/${shop.appKey}/folders`],
      ['GET', `/image/v9.9/appkeys/${shop.appKey}/folders`],
      ['POST', '/image'],
      ['GET', '/image/%zz'],
    ];
    for (const [method, path] of tries) {
      const answer = await server.call(path, { method });
      expect(answer.status, path).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/json;charset=UTF-8');
      if (path !== '/image/%zz') {
        expect(answer.json).toEqual({
          header: {
            isSuccessful: false,
            resultCode: 404,
            resultMessage: 'Please check your API Url, HTTP Method.',
          },
        });
      }
    }
  });

  it('2. a wrong secret or an unknown app key answers 30004, no Authorization header 401', async () => {
    const wrong = {
      header: { isSuccessful: false, resultCode: 30_004, resultMessage: 'The authentication is invalid.' },
    };
    const path = '/folders?basepath=/';
    for (const authorization of ['wrong', `Bearer ${shop.secretKey}`, shop.secretKey.toLowerCase()]) {
      expect((await api(server, 'GET', path, { headers: { authorization } })).json).toEqual(wrong);
    }
    for (const appKey of ['unknownAppKey001', '%00', 'x'.repeat(3000)]) {
      expect((await api(server, 'GET', path, {}, { ...shop, appKey })).json).toEqual(wrong);
    }
    const answer = await server.call(`/image/v2.0/appkeys/${shop.appKey}${path}`);
    expect(answer.json).toEqual({
      header: { isSuccessful: false, resultCode: 401, resultMessage: 'Unauthorized' },
    });
  });
});

describe('folders', () => {
  it('3. POST /folders creates the missing ones above it, and the same again answers 20000 with the path', async () => {
    const answer = await createFolder('/aa/bb/cc');
    expect(answer.json).toEqual({
      header: { isSuccessful: true, resultCode: 0, resultMessage: 'Success' },
      folder: {
        isFolder: true,
        id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        name: 'cc',
        path: '/aa/bb/cc',
        updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0900$/),
      },
    });
    for (const path of ['/aa', '/aa/bb']) expect(codeOf(await properties(path))).toBe(0);
    const again = await createFolder('/aa/bb/cc');
    expect(again.json.header).toMatchObject({ isSuccessful: false, resultCode: 20_000 });
    expect(again.json.header.resultMessage).toBe(
      'There is already a folder at the given destination. path: /aa/bb/cc',
    );
    expect(codeOf(await createFolder('/'))).toBe(20_000);
  });

  it('4. POST /folders refuses names that are too short or hold bad characters, and a missing path', async () => {
    expect(codeOf(await createFolder('/x'))).toBe(11_002);
    expect(codeOf(await createFolder('/a*b'))).toBe(11_050);
    expect(codeOf(await createFolder('/a~b'))).toBe(11_050);
    expect(codeOf(await api(server, 'POST', '/folders', { json: {} }))).toBe(11_060);
  });

  it('5. POST /folders wants JSON, and reads it leniently', async () => {
    const send = (type: string, body: string) =>
      api(server, 'POST', '/folders', { headers: { 'content-type': type }, body });
    expect(codeOf(await send('application/x-www-form-urlencoded', 'path=/single'))).toBe(415);
    expect(codeOf(await send('nonsense', '{"path":"/single"}'))).toBe(415);
    expect(codeOf(await send('application/json', '{'))).toBe(400);
    expect(codeOf(await send('application/json; charset=UTF-8', "{'path':'/single'}"))).toBe(0);
  });

  it('a folder of a path that a file has answers 20000', async () => {
    await upload(server, '/taken/a.png', await png());
    expect(codeOf(await createFolder('/taken/a.png'))).toBe(20_000);
  });

  it('two requests at once for one folder: one 0 and one 20000', async () => {
    const codes = await Promise.all([1, 2].map(async () => codeOf(await createFolder('/race/one'))));
    expect(codes.sort()).toEqual([0, 20_000]);
  });

  it('11. properties count all that lies below, properties/simple has neither bytes nor counts', async () => {
    const bytes = await png();
    for (const path of ['/props/a1.png', '/props/in/a2.png', '/props/in/deep/a3.png']) {
      expect(codeOf(await upload(server, path, bytes))).toBe(0);
    }
    const { folder } = (await properties('/props')).json;
    expect(folder).toMatchObject({
      path: '/props',
      bytes: bytes.length * 3,
      totalFolderCount: 2,
      totalFileCount: 3,
    });
    const simple = (await properties('/props/', '/simple')).json.folder;
    expect(Object.keys(simple).sort()).toEqual(['id', 'isFolder', 'name', 'path', 'updatedAt']);
    const root = (await properties('/')).json.folder;
    expect(root).toMatchObject({ name: '/', path: '/' });
    expect(codeOf(await properties('/props/a1.png'))).toBe(20_001);
    expect(codeOf(await properties('/nope'))).toBe(20_001);
    expect(codeOf(await properties(''))).toBe(11_060);
  });
});

describe('lists', () => {
  const names = ['sample.png', 'a_sample.gif', 'Sample.png', 'main.png', 'zz.png'];

  beforeAll(async () => {
    for (const folder of ['f1', 'f2', 'f3']) expect(codeOf(await createFolder(`/list/${folder}`))).toBe(0);
    for (const name of names) expect(codeOf(await upload(server, `/list/${name}`, await png()))).toBe(0);
  });

  it('6. a folder that is not there answers 20001, and the root of an empty account two empty lists', async () => {
    expect(codeOf(await listed(server, '/nope'))).toBe(20_001);
    expect(codeOf(await listed(server, '/list/zz.png'))).toBe(20_001);
    const empty = await api(
      server,
      'GET',
      '/folders?basepath=/',
      {},
      {
        appKey: 'imgAppKey0000002',
        secretKey: 'imgSecret0000000000000000000002',
      },
    );
    expect(empty.json).toEqual({
      header: { isSuccessful: true, resultCode: 0, resultMessage: 'Success' },
      paging: { page: 1, rows: 100, totalFolderCount: 0, totalFileCount: 0 },
      folders: [],
      files: [],
    });
  });

  it('7. pages go over folders first and then files, with the same totals each time', async () => {
    const pages = [];
    for (const page of [1, 2, 3]) {
      const { json } = await listed(server, '/list', { rows: 4, page });
      pages.push([json.folders.length, json.files.length]);
      expect(json.paging).toEqual({ page, rows: 4, totalFolderCount: 3, totalFileCount: 5 });
    }
    expect(pages).toEqual([
      [3, 1],
      [0, 4],
      [0, 0],
    ]);
    expect(codeOf(await listed(server, '/list', { page: 999_999_999_999_999, rows: 10_000 }))).toBe(0);
  });

  it('8. rows, page, sort and createdBy have their bounds', async () => {
    const code = async (values: Record<string, string | number>) =>
      codeOf(await listed(server, '/list', values));
    expect(await code({ rows: 10_001 })).toBe(11_003);
    expect(await code({ rows: 0 })).toBe(5001);
    expect(await code({ page: 0 })).toBe(5001);
    expect(await code({ sort: 'size:asc' })).toBe(5000);
    expect(await code({ createdBy: 'X' })).toBe(5000);
    expect(await code({ rows: 'ten' })).toBe(5000);
    expect(await code({ name: 'x' })).toBe(5001);
    expect((await listed(server, '/list', { page: 0 })).json.header.resultMessage).toBe(
      "'page' must be more than '1'.",
    );
  });

  it('9. name finds what contains it, letter case as it stands; an empty one filters nothing', async () => {
    const found = async (name: string) =>
      (await listed(server, '/list', { name })).json.files.map((file: { name: string }) => file.name);
    expect(await found('sam')).toEqual(['a_sample.gif', 'sample.png']);
    expect(await found('')).toHaveLength(5);
    expect((await listed(server, '/list', { name: 'f2' })).json.folders).toHaveLength(1);
  });

  it('10. createdBy separates uploads from thumbnails, and date:desc lists the newest file first', async () => {
    const count = async (createdBy: string) =>
      (await listed(server, '/list', { createdBy })).json.files.length;
    expect([await count('U'), await count('P'), await count('')]).toEqual([5, 0, 5]);
    const { files, folders } = (await listed(server, '/list', { sort: 'date:desc' })).json;
    expect(files[0].name).toBe('zz.png');
    expect(folders).toHaveLength(3);
  });

  it('are sorted by code points', async () => {
    const { files } = (await listed(server, '/list')).json;
    expect(files.map((file: { name: string }) => file.name)).toEqual([...names].sort());
  });

  it('a trailing slash is the collection, and a type without a body is nothing to refuse', async () => {
    const headers = { 'content-type': 'application/json', accept: 'text/plain, */*' };
    expect(codeOf(await api(server, 'GET', '/folders/?basepath=/list', { headers }))).toBe(0);
  });
});

describe('browsers', () => {
  it('59. a preflight succeeds without a key and allows whatever headers it asks for', async () => {
    const answer = await server.call(`/image/v2.0/appkeys/${shop.appKey}/images?path=/a.png`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example.com',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization,content-type,api-key',
      },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(answer.headers.get('access-control-allow-headers')).toBe('authorization,content-type,api-key');
  });

  it('read every answer, whatever it is', async () => {
    for (const path of ['/folders?basepath=/', '/nothing', '/folders?basepath=/nope']) {
      const answer = await api(server, 'GET', path);
      expect(answer.headers.get('access-control-allow-origin'), path).toBe('*');
    }
  });
});

describe('a public URL', () => {
  it('names the container and every segment in its encoded form', async () => {
    const { file } = (await upload(server, "/한글 폴더/t(1)!'*&#.png", await png())).json;
    expect(file).toBeUndefined();
    const stored = (await upload(server, "/한글 폴더/t(1)!'&#.png", await png())).json.file;
    expect(stored.url).toBe(
      `${server.url}/i/aaaaach/%ED%95%9C%EA%B8%80%20%ED%8F%B4%EB%8D%94/t(1)!'%26%23.png`,
    );
    expect((await fetched(server, stored.url)).status).toBe(200);
  });
});
