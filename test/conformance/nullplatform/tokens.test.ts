import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NullplatformTables } from '../../../src/dialects/nullplatform/tables.ts';
import { ManualClock } from '../../../src/storage/index.ts';
import { type KeyName, keys, type NullplatformServer, startNullplatform } from './setup.ts';

const clock = new ManualClock();
let server: NullplatformServer;
beforeAll(async () => {
  server = await startNullplatform({ clock });
});
afterAll(() => server.close());

const payloadOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));

test('1. a key gets a token: 200, compact JSON, the end in milliseconds of the future', async () => {
  const answer = await server.call('/token', { json: { api_key: keys.admin } });
  expect(answer.status).toBe(200);
  expect(answer.text).not.toMatch(/[:,] /);
  expect(Object.keys(answer.json)).toEqual([
    'access_token',
    'refresh_token',
    'organization_id',
    'token_expires_at',
  ]);
  expect(answer.json).toMatchObject({
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    organization_id: 1,
    token_expires_at: clock.now() + 24 * 3600 * 1000,
  });
});

test('2. the other spelling of the field means the same', async () => {
  const { status, json } = await server.call('/token', { json: { apikey: keys.admin } });
  expect([status, json.organization_id]).toEqual([200, 1]);
  const headers = { authorization: `Bearer ${json.access_token}` };
  expect((await server.call('/organization/1', { headers })).status).toBe(200);
});

test.each([
  ['a wrong secret', `${keys.admin.split('.')[0]}.d3Jvbmctc2VjcmV0`],
  ['an unknown id', `OTk5.${keys.admin.split('.')[1]}`],
  ['no key at all', 'hello'],
  ['an empty text', ''],
])('3. %s gets 401 and no token', async (_what, api_key) => {
  const answer = await server.call('/token', { json: { api_key } });
  expect([answer.status, answer.json.message]).toEqual([401, 'Unauthorized']);
  expect(answer.text).not.toContain('access_token');
});

test('3. a body without a key says which parameter is missing', async () => {
  const answer = await server.call('/token', { json: {} });
  expect([answer.status, answer.json.message]).toEqual([400, 'Missing parameter: api_key']);
});

test('4. the token names its end and its organization', async () => {
  const { json } = await server.call('/token', { json: { api_key: keys.admin } });
  const payload = payloadOf(json.access_token);
  expect(payload.exp * 1000).toBe(json.token_expires_at);
  expect(payload['cognito:groups']).toEqual([
    '@nullplatform/organization=1',
    expect.stringMatching(/^@nullplatform\/user=\d+$/),
  ]);
});

test('a refresh token renews, for its own organization only, and proves nothing else', async () => {
  const { json } = await server.call('/token', { json: { api_key: keys.admin } });
  const { refresh_token, organization_id } = json;
  const renewed = await server.call('/token', { json: { refresh_token, organization_id } });
  expect(renewed.status).toBe(200);
  const headers = { authorization: `Bearer ${renewed.json.access_token}` };
  expect((await server.call('/organization/1', { headers })).status).toBe(200);
  const other = await server.call('/token', { json: { refresh_token, organization_id: 100 } });
  const forged = await server.call('/token', { json: { refresh_token: `${refresh_token}x` } });
  expect([other.status, forged.status]).toEqual([401, 401]);
});

test('a key has a hundred refresh tokens at most: the newest', async () => {
  const { storage, clock } = server.server.parts;
  const begin = async () =>
    (await server.call('/token', { json: { api_key: keys.secops } })).json.refresh_token as string;
  const renews = async (refresh_token: string) =>
    (await server.call('/token', { json: { refresh_token } })).status;
  const first = await begin();
  const second = await begin();
  const id = 1004;
  // What a hundred runs of a pipeline leave behind, between the two and now.
  await storage.write(async (unit) => {
    const tables = unit.tables<Pick<NullplatformTables, 'np_refresh_token'>>();
    const row = { api_key_id: id, expires_at: clock.now() + 31 * 86_400_000 };
    const rows = Array.from({ length: 99 }, (_, index) => ({ ...row, hash: `run ${index}` }));
    await tables.insertInto('np_refresh_token').values(rows).execute();
  });
  const last = await begin();
  expect([await renews(first), await renews(second), await renews(last)]).toEqual([401, 401, 200]);
  const kept = await storage.read((reader) =>
    reader
      .tables<Pick<NullplatformTables, 'np_refresh_token'>>()
      .selectFrom('np_refresh_token')
      .select('hash')
      .where('api_key_id', '=', id)
      .execute(),
  );
  expect(kept).toHaveLength(100);
});

describe('5. a call', () => {
  test.each([
    ['without a header', {}],
    ['with another scheme', { authorization: 'Basic eDp5' }],
    ['with a word for a token', { authorization: 'Bearer nonsense' }],
    [
      'with an unsigned token',
      { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJrZXkiOjEyODg0MDQxNTIsIm9yZ2FuaXphdGlvbiI6MX0.' },
    ],
    [
      'with a token of somebody else',
      { authorization: `Bearer eyJhbGciOiJIUzI1NiJ9.eyJrZXkiOjEyODg0MDQxNTIsIm9yZ2FuaXphdGlvbiI6MX0.AAAA` },
    ],
  ])('%s is answered with 401 and a message', async (_what, headers) => {
    for (const path of ['/build?application_id=4', '/scope/5', '/dimension', '/api_key', '/ci/application']) {
      const answer = await server.call(path, { headers: headers as Record<string, string> });
      expect([path, answer.status, answer.json]).toEqual([
        path,
        401,
        { statusCode: 401, error: 'Unauthorized', code: 'UNAUTHORIZED', message: 'Unauthorized' },
      ]);
    }
  });

  test('with a token that has ended is answered with 401', async () => {
    const { json } = await server.call('/token', { json: { api_key: keys.member } });
    const headers = { authorization: `Bearer ${json.access_token}` };
    clock.advance(24 * 3600 * 1000 - 1000);
    expect((await server.call('/scope/5', { headers })).status).toBe(200);
    clock.advance(1000);
    expect((await server.call('/scope/5', { headers })).status).toBe(401);
  });
});

describe('rights', () => {
  const attempt = (as: KeyName, path: string, json: object) => server.api(path, { as, json });

  test.each(['member', 'ops', 'secops', 'agent', 'ci'] as const)(
    '6, 7. a %s may not deploy, whatever the body says',
    async (as) => {
      for (const body of [{}, { scope_id: 5, release_id: 7 }]) {
        const answer = await attempt(as, '/deployment', body);
        expect([answer.status, answer.json.message]).toEqual([
          403,
          "You're not authorized to perform this operation.",
        ]);
      }
    },
  );

  test('7. a CI key registers builds, assets and releases', async () => {
    const build = await attempt('ci', '/build', { application_id: 4, commit: { id: 'abc' } });
    expect(build.status).toBe(200);
    const asset = await attempt('ci', '/asset', { build_id: build.json.id, type: 'bundle' });
    expect(asset.status).toBe(200);
    const patched = await server.api(`/build/${build.json.id}`, {
      as: 'ci',
      method: 'PATCH',
      json: { status: 'successful' },
    });
    expect(patched.status).toBe(204);
    const body = { status: 'active', build_id: build.json.id, application_id: 4 };
    expect((await attempt('ci', '/release', body)).status).toBe(200);
  });

  test('a grant on an application covers what is in it and nothing beside it', async () => {
    const inside = await attempt('storefront', '/build', { application_id: 4, commit: { id: 'abc' } });
    const beside = await attempt('storefront', '/build', { application_id: 6, commit: { id: 'abc' } });
    expect([inside.status, beside.status]).toEqual([200, 403]);
    const { json } = await server.api('/application', { as: 'storefront' });
    expect(json.results.map(({ id }: { id: number }) => id)).toEqual([4]);
    expect((await server.api('/account', { as: 'storefront' })).json.paging.total).toBe(0);
  });

  test('60. a token of another organization gets 401 and learns nothing of what is there', async () => {
    const { status, json } = await server.api('/organization/100', { as: 'stranger' });
    expect([status, json.name]).toEqual([200, 'globex']);
    const calls = [
      ['/organization/1'],
      ['/account/2'],
      ['/namespace/3'],
      ['/application/4'],
      ['/scope/5'],
      ['/build?application_id=4'],
      ['/release?application_id=4'],
      ['/scope?application_id=4'],
      ['/parameter?nrn=organization=1:account=2:namespace=3:application=4'],
      ['/api_key/1288404152'],
      ['/build', { application_id: 4, commit: { id: 'abc' } }],
      ['/scope', { application_id: 4, name: 'theirs', type: 'web_pool' }],
      ['/namespace', { account_id: 2, name: 'theirs' }],
    ] as const;
    for (const [path, body] of calls) {
      const answer = await server.api(path, { as: 'stranger', ...(body ? { json: body } : {}) });
      expect([path, answer.status, answer.json.message]).toEqual([path, 401, 'Unauthorized']);
    }
    for (const path of ['/account', '/namespace', '/application', '/deployment']) {
      expect((await server.api(path, { as: 'stranger' })).json.results).toEqual([]);
    }
  });
});

describe('an API key', () => {
  test('53. is made with 201 and shown once; a revoked one and its tokens end at once', async () => {
    const grants = [{ nrn: 'organization=1', role_slug: 'member' }];
    const made = await server.api('/api_key', {
      json: { name: 'temporary', grants, tags: [{ key: 'team', value: 'web' }] },
    });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      id: expect.any(Number),
      name: 'temporary',
      api_key: expect.stringMatching(/^[\w=+/]+\.[\w=+/]+$/),
      masked_api_key: expect.stringMatching(/^.{4}xxxxx.{4}$/),
      tags: [{ key: 'team', value: 'web' }],
      grants: [{ nrn: 'organization=1', role_slug: 'member', role_id: 704380989 }],
      last_used_at: null,
    });
    const { id, api_key } = made.json;
    const { json: session } = await server.call('/token', { json: { api_key } });
    const headers = { authorization: `Bearer ${session.access_token}` };
    expect((await server.call('/scope/5', { headers })).status).toBe(200);
    const read = await server.api(`/api-key/${id}`);
    expect(read.json.api_key).toBeUndefined();
    expect(read.json.last_used_at).toMatch(/Z$/);

    const patch = { name: 'renamed', grants: [{ nrn: 'organization=1', role_id: 1855672260 }] };
    expect((await server.api(`/api_key/${id}`, { method: 'PATCH', json: patch })).status).toBe(204);
    const list = await server.api('/api_key?name=renamed');
    expect(list.json.results).toMatchObject([{ id, grants: [{ role_slug: 'machine:ci' }] }]);
    const build = { application_id: 4, commit: { id: 'abc' } };
    expect((await server.call('/build', { headers, json: build })).status).toBe(200);

    const gone = await server.api(`/api_key/${id}`, { method: 'DELETE' });
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect((await server.call('/scope/5', { headers })).status).toBe(401);
    expect((await server.call('/token', { json: { api_key } })).status).toBe(401);
    const { refresh_token } = session;
    expect((await server.call('/token', { json: { refresh_token } })).status).toBe(401);
    expect((await server.api(`/api_key/${id}`)).status).toBe(404);
  });

  test.each([
    [{ grants: [{ nrn: 'organization=1', role_slug: 'member' }] }, 'Missing parameter: name'],
    [{ name: 'x' }, 'Missing parameter: grants'],
    [{ name: 'x', grants: [] }, 'Invalid parameter: grants'],
    [
      { name: 'x', grants: [{ nrn: 'organization=100', role_slug: 'admin' }] },
      'Invalid parameter: grants.nrn',
    ],
    [
      { name: 'x', grants: [{ nrn: 'organization=1', role_slug: 'king' }] },
      'Invalid parameter: grants.role_slug',
    ],
    ...[
      { actions: ['deployment:create'] },
      { inherits: ['developer'] },
      { role_slug: 'member', actions: { remove: ['build:read'] } },
    ].map((grant): [object, string] => [
      { name: 'x', grants: [{ nrn: 'organization=1', ...grant }] },
      'Grants are of whole roles here: name one by role_slug or role_id, without actions and inherits',
    ]),
    [
      {
        name: 'x',
        grants: [{ nrn: 'organization=1', role_slug: 'member' }],
        tags: Array.from({ length: 6 }, () => ({ key: 'a' })),
      },
      'Invalid parameter: tags',
    ],
  ])('%j is refused: %s', async (json, message) => {
    const answer = await server.api('/api_key', { json });
    expect([answer.status, answer.json.message]).toEqual([400, message]);
  });

  test('two changes of its grants at one moment leave none behind that it does not show', async () => {
    const grant = (role_slug: string) => ({ grants: [{ nrn: 'organization=1', role_slug }] });
    const { json: made } = await server.api('/api_key', { json: { name: 'contested', ...grant('member') } });
    const change = (role: string) =>
      server.api(`/api_key/${made.id}`, { method: 'PATCH', json: grant(role) });
    await Promise.all([change('admin'), change('machine:ci'), change('admin'), change('developer')]);
    expect((await change('member')).status).toBe(204);
    const { json: session } = await server.call('/token', { json: { api_key: made.api_key } });
    const headers = { authorization: `Bearer ${session.access_token}` };
    expect((await server.call('/api_key', { headers })).status).toBe(403);
    const build = { application_id: 4, commit: { id: 'abc' } };
    expect((await server.call('/build', { headers, json: build })).status).toBe(403);
  });

  test('shows a role as it was named, and every right once', async () => {
    const nrn = 'organization=1:account=2:namespace=3:application=4';
    const { json } = await server.api('/api_key', {
      json: {
        name: 'named',
        grants: [
          { nrn, role_slug: 'application:developer' },
          { nrn, role_slug: 'developer' },
          { nrn, role_id: 560594970 },
          { nrn: 'organization=1', role_id: '704380989' },
        ],
      },
    });
    expect((await server.api(`/api_key/${json.id}`)).json.grants).toEqual([
      { nrn, role_slug: 'application:developer', role_id: 564723739 },
      { nrn, role_slug: 'application:admin', role_id: 560594970 },
      { nrn: 'organization=1', role_slug: 'member', role_id: 704380989 },
    ]);
  });

  test.each(['organization=10', 'organization=1:account=*', '*', 'organization=1:', 'organization=01'])(
    'has no grant on %s',
    async (nrn) => {
      const grants = [{ nrn, role_slug: 'member' }];
      const { status, json } = await server.api('/api_key', { json: { name: 'x', grants } });
      expect([status, json.message]).toEqual([400, 'Invalid parameter: grants.nrn']);
    },
  );

  test('that is revoked by the core has no token any more', async () => {
    const grants = [{ nrn: 'organization=1', role_slug: 'member' }];
    const { json: made } = await server.api('/api_key', { json: { name: 'taken', grants } });
    const { json: session } = await server.call('/token', { json: { api_key: made.api_key } });
    const headers = { authorization: `Bearer ${session.access_token}` };
    expect((await server.call('/scope/5', { headers })).status).toBe(200);
    const { storage, identity } = server.server.parts;
    await storage.write((unit) => identity.revokeKey(unit, `np-${made.id}`));
    await expect
      .poll(async () => (await server.call('/scope/5', { headers })).status, { timeout: 20_000 })
      .toBe(401);
    const { refresh_token } = session;
    expect((await server.call('/token', { json: { refresh_token } })).status).toBe(401);
  });

  test('nobody but an admin sees or makes keys', async () => {
    for (const as of ['developer', 'member', 'ci', 'ops', 'secops'] as const) {
      expect((await server.api('/api_key', { as })).status).toBe(403);
      expect((await server.api('/api_key/1288404152', { as })).status).toBe(403);
    }
  });
});
