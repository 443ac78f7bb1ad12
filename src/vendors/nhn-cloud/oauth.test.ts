import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminKey, startServer, type TestServer } from '../../../test/harness/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const create = '/oauth2/token/create';
const form = (fields: Record<string, string>) => new URLSearchParams(fields);
const credentials = { key: adminKey, body: form({ grant_type: 'client_credentials' }) };

test('a key gets a token of 128 characters whose lifetime is a number', async () => {
  const answer = await server.call(create, credentials);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.json).toEqual({
    access_token: expect.stringMatching(/^[A-Za-z0-9]{128}$/),
    token_type: 'Bearer',
    expires_in: 86_400,
  });
  expect(await server.server.parts.identity.byToken(answer.json.access_token)).toMatchObject({
    name: 'admin@test',
  });
});

test.each([
  ['no credential', {}],
  ['a wrong secret', { key: { id: adminKey.id, secret: 'wrong-secret' } }],
  ['an unknown key', { key: { id: 'NOKEY', secret: 'wrong-secret' } }],
  ['a header that is no Basic', { headers: { authorization: 'Bearer x' } }],
])('%s is an invalid client', async (_what, headers) => {
  for (const path of [create, '/oauth2/token/revoke']) {
    const answer = await server.call(path, {
      ...headers,
      body: form({ grant_type: 'client_credentials', token: 'x' }),
    });
    expect([answer.status, answer.json]).toEqual([
      401,
      { error: 'invalid_client', error_description: 'Client authentication failed' },
    ]);
  }
});

test('another grant type, or none, is unsupported', async () => {
  for (const body of [form({ grant_type: 'password' }), form({}), '']) {
    const answer = await server.call(create, {
      key: adminKey,
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([answer.status, answer.json]).toEqual([400, { error: 'unsupported_grant_type' }]);
  }
});

test('a revoked token is worth nothing, and an unknown one is as good as revoked', async () => {
  const { access_token: token } = (await server.call(create, credentials)).json;
  for (const revoked of [token, token, 'unknown']) {
    const answer = await server.call('/oauth2/token/revoke', {
      key: adminKey,
      body: form({ token: revoked }),
    });
    expect([answer.status, answer.text]).toEqual([200, '']);
  }
  expect(await server.server.parts.identity.byToken(token)).toBeUndefined();
});

test('unknown paths, wrong methods and bodies that cannot be read are answered in the same form', async () => {
  const wrong = await server.call('/oauth2/nothing');
  expect([wrong.status, wrong.json]).toEqual([404, { error: 'invalid_request' }]);
  const method = await server.call(create);
  expect([method.status, method.json, method.headers.get('allow')]).toEqual([
    405,
    { error: 'invalid_request' },
    'POST',
  ]);
  const body = await server.call(create, {
    key: adminKey,
    body: 'x',
    headers: { 'content-type': 'text/csv' },
  });
  expect([body.status, body.json]).toEqual([415, { error: 'invalid_request' }]);
});

test('there are no keys, since tokens are opaque', async () => {
  expect((await server.call('/oauth2/jwks')).json).toEqual({ keys: [] });
});

test('making and revoking a token stands in the ledger without the token', async () => {
  const rows = await server.server.parts.ledger.list({ resources: ['/'], dialect: 'nhn-cloud', limit: 100 });
  expect(new Set(rows.map(({ action }) => action))).toEqual(new Set(['token.create', 'token.revoke']));
  expect(JSON.stringify(rows)).not.toMatch(/[A-Za-z0-9]{128}/);
});
