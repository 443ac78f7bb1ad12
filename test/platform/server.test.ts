import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { loadConfiguration } from '../../src/config/index.ts';
import { compose } from '../../src/main.ts';
import { adminKey, startServer, type TestServer, type TestServerOptions } from '../harness/server.ts';
import { silent } from '../harness/storage.ts';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  server = await startServer(options);
  return server;
}

test('a server answers its probes, and / leads to the console', async () => {
  const { call } = bound(await start());
  expect((await call('/healthz')).json).toEqual({ status: 'ok' });
  expect((await call('/readyz')).json).toEqual({ status: 'ready' });
  const root = await call('/');
  expect([root.status, root.headers.get('location')]).toEqual([302, '/console/']);
});

test('it is not ready while its database is away, and says so', async () => {
  const running = await start();
  await running.server.parts.storage.close();
  const answer = await running.call('/readyz');
  expect([answer.status, answer.json.message]).toEqual([503, 'The database does not answer']);
  expect((await running.call('/healthz')).status).toBe(200);
});

test('it is not ready while it shuts down', async () => {
  const running = await start();
  await running.server.app.heldCalls.drain(0);
  const answer = await running.call('/readyz');
  expect([answer.status, answer.json.message]).toEqual([503, 'The server is shutting down']);
});

test('metrics are for callers on this machine, and name patterns instead of paths', async () => {
  const running = await start();
  await running.call('/api/slipway/v1/hosts/sesame', { key: adminKey });
  const metrics = await running.call('/metrics');
  expect(metrics.text).toContain(
    'slipway_http_requests_total{method="GET",status="4xx",route="/api/slipway/v1/hosts/:name"} 1',
  );
  expect(metrics.text).toContain('slipway_hosts_up 0');
  expect(metrics.text).not.toContain('sesame');
  expect((await running.call('/metrics', { headers: { 'x-forwarded-for': '1.2.3.4' } })).status).toBe(403);
  const far = await running.server.app.inject({ url: '/metrics', remoteAddress: '10.0.0.1' });
  expect(far.statusCode).toBe(403);
});

test('a declaration is applied before the port opens, and a wrong one keeps the server from starting', async () => {
  const running = await start({ declaration: { principals: [{ name: 'early@example.com' }] } });
  expect(await running.server.parts.identity.find('early@example.com')).toBeDefined();
  await expect(startServer({ declaration: { principles: [] } })).rejects.toThrow();
});

test('the first admin gets a key that works, in a file for its owner; with an admin there is none', async () => {
  const running = await start();
  const { adminKey: first } = running.server;
  expect(first?.file).toBe(join(running.data, 'admin-key'));
  expect((await stat(join(running.data, 'admin-key'))).mode & 0o777).toBe(0o600);
  const [id = '', secret = ''] = (await readFile(join(running.data, 'admin-key'), 'utf8')).trim().split(':');
  expect((await running.call('/api/slipway/v1/principals', { key: { id, secret } })).status).toBe(200);
  await running.restart();
  expect(running.server.adminKey).toBeUndefined();
});

test('a second server on one data folder is refused and names the holder', async () => {
  const running = await start();
  const { configuration } = await loadConfiguration({ environment: {}, folder: running.data });
  await expect(compose({ ...configuration, data: running.data, port: 0 }, { log: silent })).rejects.toThrow(
    `process ${process.pid}`,
  );
  expect((await running.call('/readyz')).status).toBe(200);
});

test('what was acknowledged is there after a restart and after a crash', async () => {
  const running = await start();
  const made = (name: string) => ({ key: adminKey, json: { name, kind: 'person' } });
  expect((await running.call('/api/slipway/v1/principals', made('one@example.com'))).status).toBeLessThan(
    300,
  );
  await running.restart();
  expect((await running.call('/api/slipway/v1/principals', made('two@example.com'))).status).toBeLessThan(
    300,
  );
  await running.crash();
  const { text } = await running.call('/api/slipway/v1/principals', { key: adminKey });
  expect(text).toContain('one@example.com');
  expect(text).toContain('two@example.com');
});

test('with a certificate it speaks HTTPS, and says so in its address', async () => {
  const running = await start();
  const [cert, key] = [join(running.data, 'cert.pem'), join(running.data, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-days', '1', '-nodes', '-newkey', 'rsa:2048'];
  await promisify(execFile)('openssl', ['req', '-x509', ...subject, '-keyout', key, '-out', cert]);
  const secure = await startServer({ settings: { tlsCert: cert, tlsKey: key } });
  try {
    expect(secure.url).toMatch(/^https:/);
    const status = await new Promise((resolve, reject) => {
      get(`${secure.url}/healthz`, { rejectUnauthorized: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(200);
  } finally {
    await secure.close();
  }
});

test('absolute addresses follow the public URL, else the way the caller came; a proxy is believed only when trusted', async () => {
  const plain = await start();
  const version = async (running: TestServer, headers: Record<string, string>) =>
    (await running.call('/agent/install.sh', { headers })).text;
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'deploy.example.com' };
  expect(await version(plain, forwarded)).toContain(plain.url);
  expect(await version(plain, forwarded)).not.toContain('deploy.example.com');
  await plain.close();
  const trusting = await start({ settings: { trustProxy: ['127.0.0.1'] } });
  expect(await version(trusting, forwarded)).toContain('https://deploy.example.com');
  await trusting.close();
  const fixed = await start({ settings: { publicUrl: 'https://slipway.example.com' } });
  expect(await version(fixed, {})).toContain('https://slipway.example.com');
});

function bound(running: TestServer) {
  return { call: running.call.bind(running) };
}
