import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type NullplatformServer, startNullplatform, successfulBuild } from './setup.ts';

let server: NullplatformServer;
beforeAll(async () => {
  server = await startNullplatform();
});
afterAll(() => server.close());

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const post = async (path: string, json: unknown) => {
  const answer = await server.api(path, { json });
  return [answer.status, answer.json.message ?? answer.json] as const;
};

describe('the list of builds', () => {
  const ids: number[] = [];
  beforeAll(async () => {
    for (let number = 0; number < 5; number++) {
      const { buildId } = await successfulBuild(server, 4, {
        branch: `b${number % 2}`,
        commit: `c${number}`,
      });
      ids.push(buildId);
    }
    const { json } = await server.api('/build', { json: { application_id: '4', commit: { id: 'last' } } });
    ids.push(json.id);
  });
  const list = async (query: string) => (await server.api(`/build?application_id=4${query}`)).json;
  const found = async (query: string) =>
    (await list(query)).results.map((build: { id: number }) => ids.indexOf(build.id));

  test('8, 52. has paging, and of every build its commit, branch, status and assets', async () => {
    const { paging, results } = await list('');
    expect(paging).toEqual({ total: 6, offset: 0, limit: 30 });
    expect(results[1]).toEqual({
      id: ids[4],
      nrn: `organization=1:account=2:namespace=3:application=4:build=${ids[4]}`,
      application_id: 4,
      status: 'successful',
      commit: { id: 'c4', permalink: null },
      branch: 'b0',
      description: null,
      assets: [expect.objectContaining({ build_id: ids[4], name: 'main', type: 'bundle' })],
      metadata: {},
      created_at: expect.stringMatching(time),
      updated_at: expect.stringMatching(time),
    });
  });

  test('9. needs to know of which application', async () => {
    const answer = await server.api('/build');
    expect([answer.status, answer.json]).toEqual([
      400,
      {
        statusCode: 400,
        error: 'Bad Request',
        code: 'MISSING_PARAMETER',
        message: 'Missing parameter: application_id',
      },
    ]);
  });

  test('10. is filtered by commit, branch and status, under both names of success', async () => {
    expect(await found('&commit.id=c3')).toEqual([3]);
    expect(await found('&branch=b1')).toEqual([3, 1]);
    expect(await found('&status=pending')).toEqual([5]);
    expect(await found('&status=success')).toEqual([4, 3, 2, 1, 0]);
    expect(await found('&status=successful')).toEqual(await found('&status=success'));
    expect(await found('&commit.id=c1,c2')).toEqual([2, 1]);
    expect(await found('&status=nonsense')).toEqual([]);
  });

  test('11. has pages of 30, at most 200; what is no number is refused; behind the end is nothing', async () => {
    expect((await list('&limit=500')).paging.limit).toBe(200);
    expect((await list(`&limit=${'9'.repeat(30)}`)).paging.limit).toBe(200);
    expect((await list(`&offset=${'9'.repeat(30)}`)).results).toEqual([]);
    for (const wrong of ['limit=abc', 'limit=0', 'limit=1.5', 'offset=-1', 'offset=x', 'sort=secret:asc']) {
      expect((await server.api(`/build?application_id=4&${wrong}`)).status, wrong).toBe(400);
    }
    expect(await list('&offset=100')).toEqual({ paging: { total: 6, offset: 100, limit: 30 }, results: [] });
    const json = { application_id: 6, commit: { id: 'many' } };
    await Promise.all(Array.from({ length: 31 }, () => server.api('/build', { json })));
    const first = (await server.api('/build?application_id=6')).json;
    expect([first.paging, first.results.length]).toEqual([{ total: 31, offset: 0, limit: 30 }, 30]);
    const rest = (await server.api('/build?application_id=6&offset=30')).json;
    expect([rest.paging.total, rest.results.length]).toEqual([31, 1]);
  });

  test('12. is walked by offset, newest first, each once', async () => {
    const walked: number[] = [];
    for (let offset = 0; offset < 6; offset += 2) walked.push(...(await found(`&limit=2&offset=${offset}`)));
    expect(walked).toEqual([5, 4, 3, 2, 1, 0]);
    expect(await found('&sort=created_at:asc')).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('a release', () => {
  let buildId: number;
  beforeAll(async () => {
    ({ buildId } = await successfulBuild(server, 6));
  });
  const release = (more: object) =>
    post('/release', { status: 'active', build_id: buildId, application_id: 6, ...more });

  test('16. takes the next patch where no version is given, from 0.0.1 on', async () => {
    expect(await release({})).toEqual([200, expect.objectContaining({ semver: '0.0.1' })]);
    await release({ semver: '0.9.0' });
    await release({ semver: '0.10.0-rc.1' });
    expect(await release({})).toEqual([200, expect.objectContaining({ semver: '0.10.1' })]);
  });

  test('13, 21, 53. takes ids as texts and numbers, and answers 200 with numbers', async () => {
    const [status, made] = await release({ build_id: String(buildId), semver: 'v1.0.0' });
    expect(status).toBe(200);
    expect(made).toEqual({
      id: expect.any(Number),
      nrn: expect.stringMatching(/^organization=1:account=2:namespace=3:application=6:release=\d+$/),
      application_id: 6,
      build_id: buildId,
      semver: '1.0.0',
      status: 'active',
      assets: [expect.objectContaining({ name: 'main' })],
      metadata: {},
      created_at: expect.stringMatching(time),
      updated_at: expect.stringMatching(time),
      created_by: expect.any(Number),
      updated_by: null,
    });
  });

  test.each([
    ['14. without a status', { status: undefined }, 400, 'Missing parameter: status'],
    ['without a build', { build_id: undefined }, 400, 'Missing parameter: build_id'],
    ['of an unknown build', { build_id: 999 }, 404, 'Build not found'],
    ['of a build beyond all ids', { build_id: '99999999999999999999' }, 404, 'Build not found'],
    ['of a build that is a word', { build_id: 'x' }, 400, 'Invalid parameter: build_id'],
    ['17. with a version that is none', { semver: '1.2' }, 400, 'Invalid parameter: semver'],
    ['with a number for a version', { semver: 2 }, 400, 'Invalid parameter: semver'],
    ['with an unknown status', { status: 'great' }, 400, 'Invalid parameter: status'],
    ['of another application', { application_id: 4 }, 400, 'The build and the application do not match'],
  ])('%s is refused', async (_what, more, status, message) => {
    expect(await release(more)).toEqual([status, message]);
  });

  test('15. has a version of its own in its application', async () => {
    await release({ semver: '3.0.0' });
    expect(await release({ semver: 'v3.0.0' })).toEqual([
      400,
      "There's already a release with this semver on this application",
    ]);
    const other = await successfulBuild(server, 4);
    const [status] = await post('/release', {
      status: 'active',
      build_id: other.buildId,
      application_id: 4,
      semver: '3.0.0',
    });
    expect(status).toBe(200);
  });

  test('17. is not made of a build that failed', async () => {
    const { json } = await server.api('/build', { json: { application_id: 6, commit: { id: 'x' } } });
    await server.api(`/build/${json.id}`, { method: 'PATCH', json: { status: 'failed' } });
    expect(await release({ build_id: json.id })).toEqual([400, 'The build is not successful']);
  });

  test('is listed, read with what it was made of, and changes nothing but its status and metadata', async () => {
    const { json } = await server.api('/release', {
      json: { status: 'pending', build_id: buildId, application_id: 6, semver: '4.0.0' },
    });
    const list = await server.api('/release?application_id=6&status=pending');
    expect(list.json.results.map(({ semver }: { semver: string }) => semver)).toEqual(['4.0.0']);
    expect((await server.api('/release')).json.message).toBe('Missing parameter: application_id');
    for (const method of ['PUT', 'PATCH']) {
      const body = { status: 'deprecated', semver: method === 'PUT' ? 'v4.0.0' : '4.0.0' };
      expect((await server.api(`/release/${json.id}`, { method, json: body })).status).toBe(204);
    }
    const refused = await server.api(`/release/${json.id}`, { method: 'PATCH', json: { semver: '5.0.0' } });
    expect(refused.status).toBe(400);
    const read = await server.api(`/release/${json.id}?include=application,build`);
    expect(read.json).toMatchObject({
      status: 'deprecated',
      application: { name: 'backoffice' },
      build: { id: buildId },
    });
    expect(read.json.updated_by).toEqual(expect.any(Number));
  });
});

describe('a build', () => {
  const register = async (more: object = {}) =>
    (await server.api('/build', { json: { application_id: 4, commit: { id: 'abc' }, ...more } })).json;

  test('moves on to its end and no further', async () => {
    const { id } = await register({ status: 'in_progress' });
    const patch = async (status: string) =>
      (await server.api(`/build/${id}`, { method: 'PATCH', json: { id, status } })).status;
    expect(await patch('pending')).toBe(400);
    expect(await patch('banana')).toBe(400);
    expect(await patch('successful')).toBe(204);
    expect(await patch('successful')).toBe(204);
    expect(await patch('failed')).toBe(400);
  });

  test('is found by the whole of its description, and succeeds under both names', async () => {
    const description = 'Fix, and more than once, the login';
    const made = await register({ status: 'success', description });
    expect(made.status).toBe('successful');
    const query = `application_id=4&description=${encodeURIComponent(description)}`;
    expect((await server.api(`/build?${query}`)).json.results).toMatchObject([{ id: made.id }]);
    expect((await register({ commit: { id: 5 } })).message).toBe('Invalid parameter: commit.id');
  });

  test('has one asset of a name', async () => {
    const { id } = await register();
    const body = {
      build_id: id,
      type: 'docker-image',
      url: 'registry.example.com/app:1',
      platform: 'x86_64',
    };
    const [status, asset] = await post('/asset', body);
    expect([status, asset]).toEqual([200, expect.objectContaining({ name: 'main', platform: 'x86_64' })]);
    expect(await post('/asset', body)).toEqual([
      400,
      "There's already an asset with this name on this build",
    ]);
    expect((await server.api(`/asset/${asset.id}`)).json).toEqual(asset);
    const list = await server.api(`/asset?build_id=${id}&name=main`);
    expect(list.json.results).toEqual([asset]);
    expect((await server.api('/asset')).status).toBe(400);
  });

  test('takes the bytes of an asset at an address that is signed and ends', async () => {
    const { id } = await register();
    const { json } = await server.api(`/build/${id}/asset_url`, { json: {} });
    const address = new URL(json.url);
    const path = address.pathname + address.search;
    const bytes = Buffer.from('a bundle, or what a test takes for one');
    const put = (to: string, body: Buffer) => server.call(to, { method: 'PUT', body });
    expect((await put(address.pathname, bytes)).status).toBe(403);
    expect((await put(path.replace(/expires=\d+/, 'expires=9999999999999'), bytes)).status).toBe(403);
    const early = await server.api('/asset', { json: { build_id: id, type: 'bundle', url: json.url } });
    expect(early.json.message).toBe('Nothing was uploaded to this url yet');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect((await put(path, bytes)).json).toMatchObject({ sha256, size: bytes.length });
    expect((await put(path, bytes)).status).toBe(200);
    expect((await put(path, Buffer.from('other bytes'))).status).toBe(400);
    const { id: other } = await register();
    const foreign = json.url.replace(`/uploads/${id}/`, `/uploads/${other}/`);
    const taken = await server.api('/asset', { json: { build_id: other, type: 'bundle', url: foreign } });
    expect(taken.json.message).toBe('Nothing was uploaded to this url yet');
    const asset = await server.api('/asset', { json: { build_id: id, type: 'bundle', url: json.url } });
    expect(asset.status).toBe(200);
    expect(asset.json.url).not.toContain('signature');
    const row = await server.server.parts.storage.read((reader) =>
      reader
        .tables<{ np_asset: { id: number; blob_sha256: string } }>()
        .selectFrom('np_asset')
        .select('blob_sha256')
        .where('id', '=', asset.json.id)
        .executeTakeFirst(),
    );
    expect(row?.blob_sha256).toBe(sha256);
  });

  test.each([
    ['nothing', {}, 'Missing parameter: application_id'],
    ['no commit', { application_id: 4 }, 'Missing parameter: commit.id'],
    ['a commit without an id', { application_id: 4, commit: {} }, 'Missing parameter: commit.id'],
    ['a commit that is a text', { application_id: 4, commit: 'abc' }, 'Invalid parameter: commit'],
    [
      'a status that is none',
      { application_id: 4, commit: { id: 'a' }, status: 'x' },
      'Invalid parameter: status',
    ],
  ])('with %s is refused', async (_what, body, message) => {
    expect(await post('/build', body)).toEqual([400, message]);
  });

  test.each([
    ['broken JSON', '{"application_id": 4,'],
    ['comments, as the original documents them', '{"application_id": 4} // four'],
    ['a list', '[]'],
    ['a NUL', '{"application_id": 4, "commit": {"id": "a\\u0000b"}}'],
    ['a hundred levels', `{"a":${'['.repeat(100)}${']'.repeat(100)}}`],
  ])('%s is no JSON body', async (_what, body) => {
    const answer = await server.api('/build', { body, headers: { 'content-type': 'text/plain' } });
    expect([answer.status, answer.json.message]).toEqual([400, 'Invalid JSON body']);
  });

  test('comes under any content type, and reads may name one without a body', async () => {
    const body = JSON.stringify({ application_id: 4, commit: { id: 'abc' } });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'nonsense']) {
      const answer = await server.api('/build', { body, headers: { 'content-type': type } });
      expect(answer.status).toBe(200);
    }
    const read = await server.api('/scope/5', { headers: { 'content-type': 'application/json' } });
    expect(read.status).toBe(200);
  });

  test('unknown paths and methods are answered as the original’s framework does', async () => {
    for (const [method, path] of [
      ['GET', '/build/1/2/3'],
      ['DELETE', '/build'],
      ['PUT', '/ci/nothing'],
    ] as const) {
      const answer = await server.api(path, { method });
      expect([answer.status, answer.json.message]).toEqual([404, `Route ${method}:${path} not found`]);
    }
    expect((await server.api('/build/abc')).json.message).toBe('Invalid id');
    expect((await server.api('/build/12')).json.message).toBe('Build not found');
    const missing = await server.api('/dimension');
    expect([missing.status, missing.json.code]).toEqual([501, 'NOT_IMPLEMENTED']);
  });
});
