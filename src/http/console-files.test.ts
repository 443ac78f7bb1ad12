import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silent } from '../../test/harness/storage.ts';
import { registerConsole } from './index.ts';
import { buildServer } from './server.ts';

let folder: string;
let app: FastifyInstance;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-console-'));
  await mkdir(join(folder, 'console', 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'sesame');
  await writeFile(join(folder, 'console', 'index.html'), '<title>console</title>');
  await writeFile(join(folder, 'console', 'favicon.svg'), '<svg/>');
  await writeFile(join(folder, 'console', 'assets', 'main-abc123.js'), 'run()');
  app = buildServer({ log: silent, owners: [] });
  await app.register((child) => registerConsole(child, join(folder, 'console'), ['https://img.example.com']));
});

afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

test.each(['/console', '/console/', '/console/deployments/01a1ffca', '/console/hosts/s1.example.com'])(
  '%s is the first page, fresh, and may load nothing from elsewhere but public pictures',
  async (url) => {
    const answer = await app.inject(url);
    expect([answer.statusCode, answer.body]).toEqual([200, '<title>console</title>']);
    expect(answer.headers['cache-control']).toBe('no-cache');
    expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(answer.headers['content-security-policy']).toContain(
      "img-src 'self' data: https://img.example.com;",
    );
  },
);

test('files are themselves; those that are named by their content stay for a year', async () => {
  const icon = await app.inject('/console/favicon.svg');
  expect([icon.body, icon.headers['content-type'], icon.headers['cache-control']]).toEqual([
    '<svg/>',
    'image/svg+xml',
    'no-cache',
  ]);
  const script = await app.inject('/console/assets/main-abc123.js');
  expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(script.headers['x-content-type-options']).toBe('nosniff');
  expect((await app.inject({ method: 'HEAD', url: '/console/favicon.svg' })).body).toBe('');
});

test.each([
  '/console/../secret.txt',
  '/console/%2e%2e/secret.txt',
  '/console/..%2fsecret.txt',
  '/console/assets/..%2f..%2fsecret.txt',
  '/console/assets/%2e%2e/%2e%2e/secret.txt',
  '/console/assets/missing.js',
])('%s leads nowhere', async (url) => {
  const answer = await app.inject(url);
  expect(answer.body).not.toContain('sesame');
  expect(answer.statusCode).toBeLessThan(500);
});

test('without a built console a short answer says what to do', async () => {
  const bare = buildServer({ log: silent, owners: [] });
  await bare.register((child) => registerConsole(child, join(folder, 'nowhere')));
  const answer = await bare.inject('/console/');
  expect([answer.statusCode, answer.json().message]).toEqual([
    503,
    'The console is not built; run `npm run build`',
  ]);
  await bare.close();
});
