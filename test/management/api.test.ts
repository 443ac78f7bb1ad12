import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../harness/server.ts';
import { keys, world } from './world.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ declaration: world });
});
afterAll(() => server.close());

type Key = { id: string; secret: string };
const api = (
  path: string,
  key: Key | undefined = keys.boss,
  options: { method?: string; json?: unknown } = {},
) => server.call(`/api/slipway/v1${path}`, { ...options, ...(key ? { key } : {}) });
const named = (name: string): string => `/principals/${encodeURIComponent(name)}`;

describe('who asks', () => {
  test('without a key or with a wrong one nothing is answered', async () => {
    for (const key of [
      undefined,
      { id: keys.boss.id, secret: 'wrong-secret-0001' },
      { id: 'NOSUCHKEY', secret: 'x' },
    ]) {
      const answer = await server.call('/api/slipway/v1/hosts', key ? { key } : {});
      expect(answer.status).toBe(401);
      expect(answer.json).toMatchObject({ statusCode: 401, code: 'unauthenticated' });
      // Without a key given, a browser must not prompt for one over the console's own login.
      expect(answer.headers.get('www-authenticate')).toMatch(key ? /^Basic/ : /^Session$/);
    }
  });

  test('a session is given for a password, answers who asks, and ends', async () => {
    const login = await server.call('/api/slipway/v1/session', {
      json: { name: 'boss@example.com', password: 'boss-password' },
    });
    expect(login.json).toEqual({ name: 'boss@example.com', kind: 'person', admin: true });
    const set = login.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/HttpOnly; SameSite=Strict/);
    const cookie = set.split(';')[0] ?? '';
    const withSession = (path: string, method = 'GET', headers = {}) =>
      server.call(`/api/slipway/v1${path}`, { method, headers: { cookie, ...headers } });
    expect((await withSession('/session')).json.name).toBe('boss@example.com');
    expect(
      (await withSession('/join-tokens/999', 'DELETE', { origin: 'https://evil.example.com' })).status,
    ).toBe(403);
    expect((await withSession('/join-tokens/999', 'DELETE', { origin: server.url })).status).toBe(404);
    expect((await withSession('/session', 'DELETE')).status).toBe(204);
    expect((await withSession('/session')).status).toBe(401);
  });

  test('after ten wrong passwords even the right one has to wait', async () => {
    const login = (password: string) =>
      server.call('/api/slipway/v1/session', { json: { name: 'dev@example.com', password } });
    for (let attempt = 0; attempt < 10; attempt++) expect((await login(`wrong-${attempt}`)).status).toBe(401);
    const answer = await login('dev-password');
    expect(answer.status).toBe(429);
    expect(answer.json.message).toMatch(/try again in \d+ s/);
  });
});

describe('input', () => {
  test.each([
    ['/rollouts?limit=0', 'limit'],
    ['/rollouts?limit=many', 'limit'],
    ['/rollouts?limit=1.9', 'limit must be integer'],
    ['/rollouts?limit=0x1', 'limit must be integer'],
    ['/nhn-deploy/projects/true', 'project must be integer'],
    ['/nhn-deploy/projects/1.5/artifacts', 'project must be integer'],
    ['/rollouts?state=done', 'state'],
    ['/rollouts?stat=running', 'did you mean `state`?'],
  ])('GET %s says what is wrong', async (path, text) => {
    const answer = await api(path);
    expect(answer.status).toBe(400);
    expect(answer.json.message).toContain(text);
  });

  test('one state or several filter a list', async () => {
    expect((await api('/rollouts?state=running')).json.items).toEqual([]);
    expect((await api('/rollouts?state=running&state=failed&limit=5')).json).toEqual({
      items: [],
      next: null,
    });
  });

  test('a body that is no JSON, or none at all, is a mistake of the caller', async () => {
    const broken = await server.call('/api/slipway/v1/principals', {
      key: keys.boss,
      headers: { 'content-type': 'application/json' },
      body: '{"name":',
    });
    expect([broken.status, broken.json.code]).toEqual([400, 'invalid']);
    const empty = await api('/principals', keys.boss, { method: 'POST' });
    expect([empty.status, empty.json.code]).toEqual([400, 'invalid']);
  });

  test('an unknown path and a wrong method are told apart', async () => {
    expect((await api('/nothing')).status).toBe(404);
    const wrong = await api('/hosts', keys.boss, { method: 'PATCH' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET']);
  });
});

describe('accounts', () => {
  test('a principal is created, found, changed and removed, and the ledger says so', async () => {
    const created = await api('/principals', keys.boss, { json: { name: 'ci', kind: 'machine' } });
    expect([created.status, created.json]).toEqual([201, { name: 'ci', kind: 'machine', admin: false }]);
    expect((await api('/principals', keys.boss, { json: { name: 'ci' } })).status).toBe(409);
    expect(
      (await api('/principals/ci', keys.boss, { method: 'PATCH', json: { admin: true } })).json.admin,
    ).toBe(true);
    expect((await api('/principals/ci', keys.boss, { method: 'DELETE' })).status).toBe(204);
    expect((await api('/principals/ci')).status).toBe(404);
    const { items } = (await api('/ledger?limit=500')).json;
    const actions = items
      .filter(({ subject }: { subject: string }) => subject.startsWith('ci'))
      .map((row: { action: string }) => row.action);
    expect(actions).toEqual(['principal.remove', 'principal.update', 'principal.create']);
  });

  test('a key’s secret is answered once, works at once, and stops when it is revoked', async () => {
    const path = `${named('viewer@example.com')}/keys`;
    const { key, secret } = (await api(path, keys.viewer, { method: 'POST' })).json;
    const made = { id: key.id as string, secret: secret as string };
    expect((await api('/session', made)).json.name).toBe('viewer@example.com');
    const listed = await api(path, made);
    expect(listed.json.items).toHaveLength(2);
    expect(listed.text).not.toContain(secret);
    const changed = await api(`${path}/${key.id}`, made, {
      method: 'PATCH',
      json: { tokenLifetimeSeconds: 60 },
    });
    expect(changed.json.tokenLifetimeSeconds).toBe(60);
    expect((await api(`${path}/${key.id}`, keys.viewer, { method: 'DELETE' })).status).toBe(204);
    expect((await api('/session', made)).status).toBe(401);
  });

  test('nobody touches another’s keys or rights without the permission', async () => {
    const boss = named('boss@example.com');
    expect((await api(`${boss}/keys`, keys.dev)).status).toBe(403);
    expect((await api(`${boss}/keys`, keys.dev, { method: 'POST' })).status).toBe(403);
    expect((await api(boss, keys.dev, { method: 'PATCH', json: { password: 'taken-over' } })).status).toBe(
      403,
    );
    const self = named('dev@example.com');
    expect((await api(self, keys.dev, { method: 'PATCH', json: { admin: true } })).status).toBe(403);
  });

  test('one’s own password is changed with the one before, and not without', async () => {
    const name = 'self@example.com';
    await api('/principals', keys.boss, { json: { name, password: 'first-password' } });
    const { key, secret } = (await api(`${named(name)}/keys`, keys.boss, { method: 'POST' })).json;
    const own = { id: key.id as string, secret: secret as string };
    const change = (json: object) => api(named(name), own, { method: 'PATCH', json });
    for (const currentPassword of [undefined, 'wrong-password']) {
      const refused = await change({ password: 'second-password', currentPassword });
      expect([refused.status, refused.json.path]).toEqual([403, 'currentPassword']);
    }
    expect((await change({ password: 'second-password', currentPassword: 'first-password' })).status).toBe(
      200,
    );
    const login = (password: string) => server.call('/api/slipway/v1/session', { json: { name, password } });
    expect((await login('first-password')).status).toBe(401);
    expect((await login('second-password')).status).toBe(200);
  });

  test('the last admin cannot go', async () => {
    // The harness has an admin of its own.
    expect((await api('/principals/admin%40test', keys.boss, { method: 'DELETE' })).status).toBe(204);
    const boss = named('boss@example.com');
    const removed = await api(boss, keys.boss, { method: 'DELETE' });
    expect([removed.status, removed.json.message]).toEqual([409, expect.stringContaining('last admin')]);
    expect((await api(boss, keys.boss, { method: 'PATCH', json: { admin: false } })).status).toBe(409);
  });

  test('a granted role works at once on its resource, and is gone when it is revoked', async () => {
    expect((await api('/hosts', keys.nobody)).status).toBe(403);
    const grant = { principal: 'nobody@example.com', role: 'core:VIEWER', resource: '/' };
    expect((await api('/grants', keys.boss, { method: 'PUT', json: grant })).status).toBe(204);
    expect((await api('/hosts', keys.nobody)).status).toBe(200);
    expect((await api('/grants?principal=nobody%40example.com')).json.items).toEqual([grant]);
    expect((await api(`/grants?${new URLSearchParams(grant)}`, keys.boss, { method: 'DELETE' })).status).toBe(
      204,
    );
    expect((await api('/hosts', keys.nobody)).status).toBe(403);
  });

  test('roles that can be granted are listed with what they may do', async () => {
    const names = (await api('/roles', keys.nobody)).json.items.map(({ name }: { name: string }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['core:VIEWER', 'core:OPERATOR', 'nhn-deploy:ADMIN', 'nhn-deploy:VIEWER']),
    );
  });
});

describe('hosts', () => {
  test('a host is declared, labelled and forgotten', async () => {
    expect(
      (await api('/hosts/web-9', keys.boss, { method: 'PUT', json: { labels: { room: 'a' } } })).json,
    ).toMatchObject({
      name: 'web-9',
      labels: { room: 'a' },
      up: false,
    });
    await api('/hosts/web-9', keys.boss, { method: 'PUT', json: { labels: { rack: '7' } } });
    expect((await api('/hosts/web-9')).json.labels).toEqual({ room: 'a', rack: '7' });
    expect((await api('/hosts/web-9', keys.boss, { method: 'DELETE' })).status).toBe(204);
    expect((await api('/hosts/web-9')).status).toBe(404);
  });

  test('creating a join token answers the one line that adds a host', async () => {
    const created = await api('/join-tokens', keys.boss, {
      json: { hosts: ['web-1'], expiresInSeconds: 3600 },
    });
    expect(created.json.install).toBe(
      `curl -fsSL ${server.url}/agent/install.sh | sh -s -- --token ${created.json.token} --name web-1`,
    );
    const listed = await api('/join-tokens');
    expect(listed.json.items.map(({ id }: { id: number }) => id)).toContain(created.json.id);
    expect(listed.text).not.toContain(created.json.token);
    expect((await api(`/join-tokens/${created.json.id}`, keys.boss, { method: 'DELETE' })).status).toBe(204);
    expect((await api(`/join-tokens/${created.json.id}`, keys.boss, { method: 'DELETE' })).status).toBe(404);
  });
});

describe('declarations', () => {
  const post = (json: unknown, key: Key = keys.boss) => api('/declaration', key, { json });

  test('what the server started with is as declared', async () => {
    expect((await post({ document: world })).json).toEqual({ applied: true, changes: [] });
  });

  test('a dry run shows what would change and changes nothing', async () => {
    const document = 'hosts:\n  - { name: web-7, labels: { room: b } }\n';
    const planned = await post({ document, dryRun: true });
    expect(planned.json).toEqual({ applied: false, changes: [{ action: 'create', path: 'hosts/web-7' }] });
    expect((await api('/hosts/web-7')).status).toBe(404);
    expect((await post({ document })).json.applied).toBe(true);
    expect((await api('/hosts/web-7')).json.labels).toEqual({ room: 'b' });
  });

  test('mistakes are answered all at once with their paths', async () => {
    const answer = await post({
      document: { hosts: [{ nmae: 'x' }], principals: [{ name: 'a', admin: 'yes' }] },
    });
    expect(answer.status).toBe(400);
    expect(answer.json.errors.map(({ path }: { path: string }) => path)).toEqual([
      'hosts/0/name',
      'hosts/0/nmae',
      'principals/0/admin',
    ]);
  });

  test('only those who may apply, apply', async () => {
    expect((await post({ document: {} }, keys.dev)).status).toBe(403);
  });
});

describe('the server', () => {
  test('tells what it is to everybody who is known', async () => {
    expect((await api('/server', keys.nobody)).json).toMatchObject({
      publicUrl: server.url,
      database: 'sqlite',
      dialects: ['nhn-deploy', 'nhn-image-manager', 'nullplatform'],
    });
  });

  test('shows the durable queue to those who manage it', async () => {
    expect((await api('/work')).json).toEqual({
      waiting: expect.any(Number),
      running: expect.any(Number),
      dead: 0,
    });
    expect((await api('/work/dead')).json).toEqual({ items: [] });
    expect((await api('/work/dead/1/retry', keys.boss, { method: 'POST' })).status).toBe(404);
    expect((await api('/work', keys.viewer)).status).toBe(403);
  });
});

describe('its documentation', () => {
  test('every route of the native API stands in an OpenAPI 3.1 document', async () => {
    const { status, json } = await server.call('/docs/openapi.json');
    expect([status, json.openapi]).toEqual([200, '3.1.0']);
    const documented = Object.keys(json.paths);
    const routes = server.server.app.routeTable.filter(({ url }) => url.startsWith('/api/slipway/'));
    expect(routes.length).toBeGreaterThan(40);
    for (const { url } of routes) expect(documented).toContain(url.replace(/:([A-Za-z]+)/g, '{$1}'));
    expect(json.paths['/api/slipway/v1/rollouts'].get.security).toEqual([{ key: [] }]);
  });

  test('the page loads nothing from elsewhere and has no script of its own', async () => {
    const page = await server.call('/docs');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(page.text).not.toMatch(/https?:\/\//);
    expect(page.text).not.toMatch(/<script>[^<]/);
    const viewer = await fetch(`${server.url}/docs/viewer.js`);
    expect([viewer.status, viewer.headers.get('content-type')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ]);
    await viewer.body?.cancel();
  });
});
