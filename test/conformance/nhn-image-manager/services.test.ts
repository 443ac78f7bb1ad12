import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../cli/run-command.ts';
import { adminKey, type TestServer } from '../../harness/server.ts';
import { api, codeOf, fetched, keys, listed, png, shop, startInstallation, upload } from './setup.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startInstallation();
});
afterAll(() => server.close());

const native = '/api/slipway/v1/nhn-image-manager/services';
const call = (path: string, method = 'GET', json?: unknown, key: { id: string; secret: string } = adminKey) =>
  server.call(`${native}${path}`, { method, key, ...(json === undefined ? {} : { json }) });

async function tokenOf(key: { id: string; secret: string }): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  return (await server.call('/oauth2/token/create', { key, body })).json.access_token;
}

describe('v3.0', () => {
  const folders = (header: Record<string, string>, appKey: string = shop.appKey) =>
    server.call(`/image/v3.0/appkeys/${appKey}/folders?basepath=/`, { headers: header });

  it('60. takes the token of a member, with Bearer or bare, and nothing else', async () => {
    const token = await tokenOf(keys.member);
    for (const value of [`Bearer ${token}`, `bearer ${token}`, token]) {
      expect(codeOf(await folders({ 'x-nhn-authorization': value }))).toBe(0);
    }
    expect(codeOf(await folders({}))).toBe(401);
    expect(codeOf(await folders({ 'x-nhn-authorization': 'Bearer nothing' }))).toBe(401);
    expect(codeOf(await folders({ authorization: shop.secretKey }))).toBe(401);
    const stranger = await tokenOf(keys.stranger);
    expect(codeOf(await folders({ 'x-nhn-authorization': `Bearer ${stranger}` }))).toBe(403);
    expect(codeOf(await folders({ 'x-nhn-authorization': `Bearer ${token}` }, 'imgAppKey0000002'))).toBe(403);
    expect(codeOf(await folders({ 'x-nhn-authorization': `Bearer ${token}` }, 'unknown'))).toBe(30_004);
  });

  it('60. uploads like v2.0', async () => {
    const headers = { 'x-nhn-authorization': `Bearer ${await tokenOf(keys.member)}` };
    const body = new Uint8Array(await png());
    const path = `/image/v3.0/appkeys/${shop.appKey}/images?path=/three.png`;
    expect(codeOf(await server.call(path, { method: 'PUT', headers, body }))).toBe(0);
  });
});

describe('a service', () => {
  it('is made with keys that are shown once, and its secret is stored as a hash only', async () => {
    const made = (await call('', 'POST', { name: 'blog' })).json;
    expect(made).toMatchObject({
      appKey: expect.stringMatching(/^[A-Za-z0-9]{16}$/),
      secretKey: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
      container: expect.stringMatching(/^[a-z]{7}$/),
      realtimeService: true,
      enabled: true,
    });
    expect(codeOf(await api(server, 'GET', '/users', {}, made))).toBe(0);
    expect((await call(`/${made.id}`)).json.secretKey).toBeUndefined();
    const dump = await server.server.parts.storage.read((reader) =>
      reader.tables<{ image_service: object }>().selectFrom('image_service').selectAll().execute(),
    );
    expect(JSON.stringify(dump)).not.toContain(made.secretKey);
    const next = (await call('', 'POST', { name: 'wiki' })).json;
    expect(next.container > made.container).toBe(true);
    expect((await call('', 'POST', { name: 'blog' })).status).toBe(409);
  });

  it('gets a new secret key, and the old one is worth nothing at once', async () => {
    const made = (await call('', 'POST', { name: 'rotated' })).json;
    const { secretKey } = (await call(`/${made.id}/secret-key`, 'POST')).json;
    expect(codeOf(await api(server, 'GET', '/users', {}, made))).toBe(30_004);
    expect(codeOf(await api(server, 'GET', '/users', {}, { ...made, secretKey }))).toBe(0);
  });

  it('goes off only without files, and then answers 30005 and no image', async () => {
    const made = (await call('', 'POST', { name: 'switched' })).json;
    const on = await call(`/${made.id}`, 'PATCH', { enabled: true });
    expect([on.status, on.json.message]).toEqual([
      409,
      'Failed to enable given appKey, since the appKey is already exist.',
    ]);
    const path = '/images?path=/in/a1.png';
    const { file } = (await api(server, 'PUT', path, { body: new Uint8Array(await png()) }, made)).json;
    const full = await call(`/${made.id}`, 'PATCH', { enabled: false });
    expect(full.json.message).toBe('Remains image files. Please proceed delete all image files.');
    const { work } = server.server.parts;
    await work.stop(5_000);
    const { task } = (await call(`/${made.id}/files`, 'DELETE')).json;
    const pending = await call(`/${made.id}`, 'PATCH', { enabled: false });
    expect(pending.json.message).toBe('Pending deleting all image files.');
    expect((await fetched(server, file.url)).status).toBe(404);
    await server.restart();
    const status = async () => (await api(server, 'GET', `/queues/${task}`, {}, made)).json.queue.status;
    while ((await status()) !== 'D') await new Promise((resolve) => setImmediate(resolve));
    expect((await call(`/${made.id}`, 'PATCH', { enabled: false })).json.enabled).toBe(false);
    expect(codeOf(await api(server, 'GET', '/users', {}, made))).toBe(30_005);
    expect((await call(`/${made.id}`, 'PATCH', { enabled: true })).json.enabled).toBe(true);
    expect(codeOf(await api(server, 'GET', '/users', {}, made))).toBe(0);
    expect((await call(`/${made.id}/files`, 'DELETE')).json.task).toBeNull();
  });

  it('tells what it has stored', async () => {
    const bytes = await png();
    const made = (await call('', 'POST', { name: 'counted' })).json;
    await api(server, 'PUT', '/images?path=/in/a1.png', { body: new Uint8Array(bytes) }, made);
    expect((await call(`/${made.id}/usage`)).json).toEqual({
      files: 1,
      folders: 1,
      bytesStored: bytes.length,
      recipesRun: 0,
      bytesServed: 0,
    });
  });

  it('is listed for its members only, and changed by nobody else', async () => {
    const seen = async (key: { id: string; secret: string }) =>
      (await call('', 'GET', undefined, key)).json.items.map(({ name }: { name: string }) => name);
    expect(await seen(keys.member)).toEqual(['shop']);
    expect(await seen(keys.stranger)).toEqual([]);
    const { items } = (await call('')).json;
    const [first] = items.filter(({ name }: { name: string }) => name === 'shop');
    const refused = await call(`/${first.id}/secret-key`, 'POST', undefined, keys.stranger);
    expect(refused.status).toBe(403);
    const members = { 'stranger@example.com': 'ADMIN', 'dev@example.com': 'ADMIN' };
    expect((await call(`/${first.id}/members`, 'PUT', members)).json.members).toEqual(members);
    const [told] = await server.server.parts.ledger.list({ resources: ['/'], limit: 1 });
    expect(told).toMatchObject({ action: 'image-service.set-members', who: 'admin@test' });
    expect(await seen(keys.stranger)).toEqual(['shop']);
  });
});

describe('a declaration', () => {
  const apply = (document: unknown, prune = false) =>
    server.server.management.applyDeclaration({ document, by: 'test', prune });
  const operation = {
    operationId: '100x100',
    description: 'thumbnail',
    data: [{ templateOperationId: 'resize_max_fit', option: { width: 100, height: 100, quality: 80 } }],
  };
  const declared = (service: object) => ({ imageManager: { services: [{ name: 'declared', ...service }] } });

  it('is accepted as the documentation has it, and makes nothing the second time', async () => {
    const document = `
imageManager:
  services:
    - { name: docs, appKey: imgAppKey0000009, secretKey: imgSecret0000000000000000000009, container: aaaaazz, realtimeService: true, members: { dev@example.com: ADMIN } }
`;
    expect(await apply(document)).toHaveLength(2);
    expect(await apply(document)).toEqual([]);
    const key = { appKey: 'imgAppKey0000009', secretKey: 'imgSecret0000000000000000000009' };
    expect((await api(server, 'GET', '/users', {}, key)).json.user).toEqual({
      appKey: key.appKey,
      containerName: 'aaaaazz',
      realtimeService: true,
    });
  });

  it('changes what differs, shows no secret, and takes operations', async () => {
    await apply(declared({ secretKey: 'firstsecret0001' }));
    const changes = await apply(
      declared({ secretKey: 'secondsecret001', realtimeService: false, operations: [operation] }),
    );
    expect(changes).toEqual([
      {
        action: 'update',
        path: 'imageManager/services/declared',
        fields: {
          realtimeService: { from: true, to: false },
          secretKey: { from: '(another one)', to: '(this one)' },
        },
      },
      { action: 'create', path: 'imageManager/services/declared/operations/100x100' },
    ]);
    expect(await apply(declared({ secretKey: 'secondsecret001', operations: [operation] }))).toEqual([]);
    const wrong = { ...operation, data: [{ templateOperationId: 'nothing' }] };
    await expect(apply(declared({ operations: [wrong] }))).rejects.toThrow("'nothing' is not defined.");
    await expect(apply(declared({ container: 'bbbbbbb' }))).rejects.toThrow('stays so');
  });

  it('prunes what it no longer names, but no service that still has files', async () => {
    await apply({
      imageManager: { services: [{ name: 'gone', operations: [operation] }, { name: 'full' }] },
    });
    const { items } = (await call('')).json;
    const full = items.find(({ name }: { name: string }) => name === 'full');
    const { secretKey } = (await call(`/${full.id}/secret-key`, 'POST')).json;
    const key = { appKey: full.appKey, secretKey };
    await api(server, 'PUT', '/images?path=/a1.png', { body: new Uint8Array(await png()) }, key);
    await expect(apply({ imageManager: { services: [] } }, true)).rejects.toThrow('Remains image files');
    expect(codeOf(await listed(server, '/'))).toBe(0);
  });
});

describe('the command line', () => {
  it('lists services and describes one with what it uses', async () => {
    const env = { SLIPWAY_URL: server.url, SLIPWAY_KEY_ID: adminKey.id, SLIPWAY_KEY_SECRET: adminKey.secret };
    const { items } = (await call('')).json;
    const { id } = items.find(({ name }: { name: string }) => name === 'shop');
    expect((await runCommand(['get', 'image-services'], { env })).stdout).toContain(shop.appKey);
    expect((await runCommand(['describe', 'image-service', String(id)], { env })).stdout).toContain(
      shop.container,
    );
    const usage = await runCommand(['describe', 'image-service-usage', String(id)], { env });
    expect([usage.code, usage.stdout]).toEqual([0, expect.stringContaining('bytesStored')]);
  });

  it('replaces the secret of a service and switches it', async () => {
    const env = { SLIPWAY_URL: server.url, SLIPWAY_KEY_ID: adminKey.id, SLIPWAY_KEY_SECRET: adminKey.secret };
    const { id, appKey, secretKey } = (await call('', 'POST', { name: 'turned' })).json;
    const command = (...words: string[]) => runCommand(['image-service', ...words], { env });
    const renewed = await command('regenerate-secret', String(id), '-o', 'json');
    const key = { appKey, secretKey: JSON.parse(renewed.stdout).secretKey };
    expect(codeOf(await api(server, 'GET', '/users', {}, key))).toBe(0);
    expect(codeOf(await api(server, 'GET', '/users', {}, { appKey, secretKey }))).toBe(30_004);
    const switched = await command('switch', String(id), '--realtime', 'off', '--service', 'off');
    expect([switched.code, switched.stdout]).toEqual([0, expect.stringMatching(/turned +off +off/)]);
    expect((await call(`/${id}`)).json).toMatchObject({ enabled: false, realtimeService: false });
    expect((await command('switch', String(id))).code).toBe(2);
  });
});

describe('the ledger', () => {
  it('says who uploaded what', async () => {
    await upload(server, '/ledger/a1.png', await png());
    const rows = await server.server.parts.ledger.list({
      resources: ['/'],
      dialect: 'nhn-image-manager',
      limit: 10,
    });
    expect(rows[0]).toMatchObject({
      who: 'shop (secret key)',
      action: 'image.upload',
      subject: '/ledger/a1.png',
    });
  });
});
