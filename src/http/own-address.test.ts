import { afterAll, beforeAll, expect, test } from 'vitest';
import { silent } from '../../test/harness/storage.ts';
import { openPortBelow, serveHostBelow } from './own-address.ts';
import { buildServer } from './server.ts';

test.each([
  ['http://img.example', 'img.example', '/aaaaach/a.png?op', '/i/aaaaach/a.png?op'],
  ['http://img.example', 'IMG.example', '/a', '/i/a'],
  ['http://img.example', 'img.example', '/i/aaaaach/a.png', '/i/aaaaach/a.png'],
  ['http://img.example', 'api.example', '/image/v2.0/x', '/image/v2.0/x'],
  ['http://img.example:8080', 'img.example', '/a', '/a'],
  ['https://img.example:443', 'img.example', '/a', '/i/a'],
  ['https://all.example/pictures', 'all.example', '/pictures/aaaaach/a.png', '/i/aaaaach/a.png'],
  ['https://all.example/pictures', 'all.example', '/picturesque', '/picturesque'],
  ['https://all.example/pictures', 'all.example', '/image/v2.0/x', '/image/v2.0/x'],
])('with %s a request to %s for %s is one for %s', (base, host, url, routed) => {
  expect(serveHostBelow('/i', base)({ url, headers: { host } })).toBe(routed);
});

const app = buildServer({ log: silent, owners: [] });
let port: Awaited<ReturnType<typeof openPortBelow>>;
beforeAll(async () => {
  app.get('/agent/pictures/:name', { config: { open: 'a test' } }, async (request) => request.params);
  app.get('/agent/secret', { config: { open: 'a test' } }, async () => 'not here');
  await app.ready();
  port = await openPortBelow(app, '/agent/pictures', { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await port.close();
  await app.close();
});

test('a port of its own serves what lies below its prefix and nothing else', async () => {
  const ask = (path: string) => fetch(`http://127.0.0.1:${port.port}${path}`);
  expect(await (await ask('/cat')).json()).toEqual({ name: 'cat' });
  expect(await (await ask('/agent/pictures/cat')).json()).toEqual({ name: 'cat' });
  for (const path of ['/agent/secret', '/', '/healthz/x']) expect((await ask(path)).status).toBe(404);
});
