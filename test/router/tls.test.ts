import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routerProgram } from '../../src/processes/index.ts';
import { RouterProcess } from './router-process.ts';
import { TableServer } from './table-server.ts';

let folder: string;
let server: TableServer;
const routers: RouterProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-router-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'authority.pem')];
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=own authority'],
    ...['-addext', 'subjectAltName=IP:::ffff:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  server = new TableServer({ cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') });
  await server.open();
  await writeFile(join(folder, 'token'), 'router-token');
});
afterAll(async () => {
  for (const router of routers) await router.kill('SIGKILL');
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(name: string, environment: Record<string, string> = {}): Promise<RouterProcess> {
  const state = join(folder, name);
  const told = ['--server', server.url, '--token-file', join(folder, 'token'), '--state', state];
  const router = new RouterProcess(await routerProgram(folder), state, [...told, '--port', '0'], environment);
  routers.push(router);
  return router;
}

test('a router tells its token to no server whose certificate nobody vouches for', async () => {
  const router = await start('stranger');
  await router.logged('gives no table: self-signed certificate');
  expect(server.tokens.size).toBe(0);
});

test('a router follows a server by TLS whose authority it was given', async () => {
  const router = await start('friend', { NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') });
  await router.logged('routes by the table of https://');
  expect([...server.tokens]).toEqual(['Bearer router-token']);
});
