import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/storage/index.ts';
import type { Answer, TestServer } from '../../harness/server.ts';
import {
  appKey,
  keys,
  serverUpload,
  startInstallation,
  tokenOf,
  upload,
  uploadPath,
  withKey,
} from './binaries-setup.ts';

const clock = new ManualClock(Date.UTC(2025, 2, 1, 3));
let server: TestServer;

beforeAll(async () => {
  server = await startInstallation({ clock });
});

afterAll(async () => {
  await server.close();
});

async function list(path: string): Promise<Answer> {
  return await server.call(`/api/v2.0/projects/${appKey}/artifacts${path}`, withKey(keys.viewer));
}

describe('lists', () => {
  it('53. I finds artifacts by a part of their name, newest first, with Korean dates', async () => {
    const { json } = await list('');
    expect(json.header).toMatchObject({
      isSuccessful: true,
      resultCode: 'SUCCESS',
      resultMessage: 'success',
    });
    expect(json.body.artifacts).toEqual([
      {
        id: 5,
        name: 'shop-app',
        applicationType: 'client',
        description: null,
        createDate: '2025-03-01T12:00:00+09:00',
        lastDeployDate: null,
      },
      expect.objectContaining({ id: 1, name: 'shop-api', applicationType: 'server' }),
    ]);
    const ids = async (name: string) =>
      (await list(`?artifactName=${encodeURIComponent(name)}`)).json.body.artifacts.map(
        ({ id }: { id: number }) => id,
      );
    expect(await ids('HOP-A')).toEqual([5, 1]);
    expect(await ids('-api')).toEqual([1]);
    expect(await ids('%')).toEqual([]);
    expect(await ids('')).toEqual([5, 1]);
  });

  it('53. I is the same with a token, and refuses who has no role', async () => {
    const headers = { 'X-NHN-AUTHORIZATION': `Bearer ${await tokenOf(server, keys.viewer)}` };
    const byToken = await server.call(`/api/v2.1/projects/${appKey}/artifacts`, { headers });
    expect(byToken.json.body).toEqual((await list('')).json.body);
    const refused = await server.call(`/api/v2.0/projects/${appKey}/artifacts`, withKey(keys.stranger));
    expect([refused.status, refused.json.header.resultCode]).toEqual([200, 'PERMISSION_DENIED']);
    const unknown = await server.call('/api/v2.0/projects/nothing/artifacts', withKey(keys.viewer));
    expect(unknown.json.header.resultCode).toBe('ERROR_INVALID_APP_KEY');
  });

  it('54. L pages, sorts and filters binaries', async () => {
    for (let number = 1; number <= 45; number++) {
      clock.advance(1000);
      const version = `${number % 2 === 0 ? 'even' : 'odd'}-${String(number).padStart(2, '0')}`;
      await upload(server, serverUpload({ version, description: `number ${number}` }));
    }
    const page = async (query: string) => (await list(`/1/binary-groups/4/binaries${query}`)).json;
    const versions = async (query: string) =>
      (await page(query)).body.binaries.map(({ version }: { version: string }) => version);

    const third = (await page('?pageNum=3&pageSize=20')).body;
    expect([third.totalCount, third.binaries.length]).toEqual([45, 5]);
    expect((await page('?pageNum=4')).body).toEqual({ totalCount: 45, binaries: [] });
    expect((await page('?pageNum=900000000000000000&pageSize=1000')).body).toEqual({
      totalCount: 45,
      binaries: [],
    });
    for (const wrong of [
      'pageNum=0',
      'pageNum=-1',
      'pageNum=x',
      'pageSize=0',
      'pageSize=1.5',
      'sortKey=NAME',
      'sortDirection=UP',
    ]) {
      expect((await page(`?${wrong}`)).header.resultCode, wrong).toBe('BAD_REQUEST');
    }
    expect((await versions('')).slice(0, 2)).toEqual(['odd-45', 'even-44']);
    expect((await versions('?sortKey=VERSION&sortDirection=ASC')).slice(0, 2)).toEqual([
      'even-02',
      'even-04',
    ]);
    expect((await versions('?sortKey=BINARY_KEY&sortDirection=asc')).slice(0, 2)).toEqual([
      'odd-01',
      'even-02',
    ]);
    const even = (await page('?keyword=even&pageSize=3')).body;
    expect([even.totalCount, even.binaries.length]).toEqual([22, 3]);
    expect(even.binaries[0]).toEqual({
      binaryKey: expect.any(Number),
      version: 'even-44',
      binaryName: 'ojdbc14.jar',
      binarySize: 20,
      uploadDate: '2025-03-01T12:00:44+09:00',
      uploader: 'API',
      description: 'number 44',
    });
  });

  it.each([
    ['/99/binary-groups', 'NOT_FOUND_ARTIFACT_INFO'],
    ['/1/binary-groups/6/binaries', 'NOT_FOUND_BINARY_GROUP'],
    ['/1/binary-groups/x/binaries', 'BAD_REQUEST'],
    ['/1/binary-groups/99999999999999999999/binaries', 'BAD_REQUEST'],
  ])('54. answers %s with %s', async (path, code) => {
    const answer = await list(path);
    expect([answer.status, answer.json.header.resultCode, answer.json.body]).toEqual([200, code, null]);
  });

  it('55. K is ordered by name', async () => {
    const { binaryGroups } = (await list('/1/binary-groups')).json.body;
    expect(binaryGroups).toEqual([
      {
        key: 4,
        name: 'Default',
        description: null,
        regionCode: 'KR1',
        createDate: '2025-03-01T12:00:00+09:00',
      },
      {
        key: 8,
        name: 'staging',
        description: null,
        regionCode: 'KR1',
        createDate: '2025-03-01T12:00:00+09:00',
      },
    ]);
  });

  it('answers downloads with ranges, validators and HEAD', async () => {
    const { body } = (await upload(server, serverUpload(), uploadPath({ group: '8' }))).json;
    const url = new URL(body.downloadUrl).pathname;
    const whole = await server.call(url);
    const etag = whole.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    expect(whole.headers.get('content-length')).toBe('20');
    const part = await server.call(url, { headers: { range: 'bytes=4-8' } });
    expect([part.status, part.text, part.headers.get('content-range')]).toEqual([
      206,
      'bytes',
      'bytes 4-8/20',
    ]);
    expect((await server.call(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const head = await server.call(url, { method: 'HEAD' });
    expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', '20']);
    const errors = await Promise.all(
      [
        url.replace(appKey, 'unknown'),
        url.replace('artifacts/1', 'artifacts/99'),
        url.replace('binary-group/8', 'binary-group/99'),
        url.replace(/\d+$/, 'x'),
        `${url}/meta`,
      ].map(async (path) => {
        const { status, json } = await server.call(path);
        return [status, json.header.resultCode];
      }),
    );
    expect(errors).toEqual([
      [404, 'ERROR_INVALID_APP_KEY'],
      [404, 'NOT_FOUND_ARTIFACT_INFO'],
      [404, 'NOT_FOUND_BINARY_GROUP'],
      [404, 'BAD_REQUEST'],
      [404, 'NOT_FOUND_BINARY_INFO'],
    ]);
  });
});
