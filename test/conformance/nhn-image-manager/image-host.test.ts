import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ManualClock } from '../../../src/storage/index.ts';
import { freePort } from '../../harness/free-port.ts';
import type { TestServer } from '../../harness/server.ts';
import { define, job, put, shown } from './recipes-setup.ts';
import { api, jpeg, listed, png, query, shop, startInstallation, upload } from './setup.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startInstallation();
  await define(server, '100x100', [job('resize_max_fit', { width: 100, height: 100 })]);
});
afterAll(() => server.close());

const switchTo = (realtimeService: boolean) => api(server, 'PUT', '/users', { json: { realtimeService } });
const codeIn = (answer: { bytes: Buffer }) => JSON.parse(answer.bytes.toString()).header.resultCode;
const recipesRun = async () => {
  const { media, storage } = server.server.parts;
  const usage = await storage.read((reader) =>
    media.usage.read(reader, `nhn-image-manager/${shop.container}`),
  );
  return usage.recipesRun;
};

describe('real time', () => {
  test('51. the name of an operation makes the thumbnail once, however many ask, and it is listed', async () => {
    await put(server, '/rt/photo.jpg', await jpeg());
    const before = await recipesRun();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => shown(server, '/rt/photo.jpg', '?100x100')),
    );
    for (const { status, headers, bytes } of answers) {
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('image/jpeg');
      expect(bytes.equals(answers[0]?.bytes ?? Buffer.alloc(0))).toBe(true);
    }
    expect((await recipesRun()) - before).toBe(1);
    const { files } = (await listed(server, '/rt', { createdBy: 'P' })).json;
    expect(files).toMatchObject([
      { name: 'photo_100x100.jpg', operationId: '100x100', imageProperty: { width: 100, height: 75 } },
    ]);
    // The thumbnail itself, by its own path or with a query, is the same file.
    const direct = await shown(server, '/rt/photo_100x100.jpg', '?100x100');
    expect(direct.bytes.equals(answers[0]?.bytes ?? Buffer.alloc(0))).toBe(true);
  });

  test('52. is refused when the switch of the user or the operation is off, and for splits', async () => {
    await put(server, '/off/photo.png', await png());
    await switchTo(false);
    const refused = await shown(server, '/off/photo.png', '?100x100');
    expect(refused.status).toBe(403);
    expect(codeIn(refused)).toBe(40_000);
    expect((await shown(server, '/rt/photo.jpg', '?100x100')).status).toBe(200);
    expect((await shown(server, '/off/photo.png')).status).toBe(200);
    await switchTo(true);
    expect((await shown(server, '/off/photo.png', '?100x100')).status).toBe(200);
    await define(server, 'not-by-url', [job('gray')], { realtimeService: false });
    expect((await shown(server, '/off/photo.png', '?not-by-url')).status).toBe(403);
    await define(server, 'sliced', [job('slice', { sliceSize: 10 })]);
    await define(server, 'cells', [job('grid', { countX: 2, countY: 2 })]);
    for (const name of ['sliced', 'cells']) {
      expect((await shown(server, '/off/photo.png', `?${name}`)).status, name).toBe(403);
    }
  });

  test('53. other queries show the original, and an overwritten original is made anew', async () => {
    const original = await png(300, 200);
    await put(server, '/over/write.png', original);
    for (const tail of ['?v=123', '?nosuchop', '?1699', '?utm=x&y', '?']) {
      expect((await shown(server, '/over/write.png', tail)).bytes.equals(original), tail).toBe(true);
    }
    const first = await shown(server, '/over/write.png', '?v=3&100x100&x=y');
    await upload(server, '/over/write.png', await png(30, 300), { overwrite: true });
    const second = await shown(server, '/over/write.png', '?100x100');
    expect(second.bytes.equals(first.bytes)).toBe(false);
    expect((await shown(server, '/over/write_100x100.png')).bytes.equals(second.bytes)).toBe(true);
    const { files } = (await listed(server, '/over', { createdBy: 'P' })).json;
    expect(files).toMatchObject([{ imageProperty: { width: 10, height: 100 } }]);
  });

  test('an operation that is deleted and made again takes its thumbnails as its own', async () => {
    await put(server, '/again/photo.png', await png(200, 200));
    await define(server, 'again', [job('resize_max_fit', { width: 20, height: 20 })]);
    const made = (await shown(server, '/again/photo.png', '?again')).bytes;
    await api(server, 'DELETE', '/operations/again');
    expect((await shown(server, '/again/photo.png', '?again')).bytes.equals(made)).toBe(false);
    expect((await shown(server, '/again/photo_again.png')).bytes.equals(made)).toBe(true);
    await define(server, 'again', [job('gray')]);
    expect((await shown(server, '/again/photo.png', '?again')).bytes.equals(made)).toBe(true);
  });

  test('a thumbnail never takes the place of what somebody uploaded', async () => {
    const mine = await png(50, 50);
    await put(server, '/mine/photo.png', await png(200, 200));
    await put(server, '/mine/photo_100x100.png', mine);
    const refused = await shown(server, '/mine/photo.png', '?100x100');
    expect([refused.status, codeIn(refused)]).toEqual([500, 40_001]);
    expect((await shown(server, '/mine/photo_100x100.png')).bytes.equals(mine)).toBe(true);
  });
});

describe('while time is still', () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1, 12, 0, 0, 300));
  let still: TestServer;
  beforeAll(async () => {
    still = await startInstallation({ clock });
  });
  afterAll(() => still.close());

  test('who holds a content that was overwritten within the same second gets the new one, whatever the dates', async () => {
    const ask = (since = 'Thu, 01 Jan 1970 00:00:00 GMT') =>
      shown(still, '/date/a1.png', '', { headers: { 'if-modified-since': since } });
    await put(still, '/date/a1.png', await png(10, 10));
    const first = (await ask()).headers.get('last-modified') ?? '';
    expect(first).toBe('Thu, 01 Jan 2026 12:00:00 GMT');
    expect((await ask(first)).status).toBe(304);
    const second = await png(20, 20);
    const { updatedAt } = await put(still, '/date/a1.png', second, { overwrite: true });
    expect(updatedAt).toBe('2026-01-01T21:00:01+0900');
    for (const since of [first, 'Thu, 01 Jan 2026 12:00:05 GMT']) {
      const answer = await ask(since);
      expect([answer.status, answer.bytes.equals(second)]).toEqual([200, true]);
      expect(answer.headers.get('last-modified')).toBeNull();
    }
    clock.advance(1_000);
    expect((await ask(first)).status).toBe(200);
    expect((await ask('Thu, 01 Jan 2026 12:00:01 GMT')).status).toBe(304);
  });

  test('a recipe that failed in real time is run again after a minute, or for another content', async () => {
    await define(still, 'small', [job('resize_max_fit', { width: 10, height: 10 })]);
    const taken = [];
    for (const name of ['a1', 'b1']) {
      await put(still, `/failing/${name}.png`, await png());
      taken.push(await put(still, `/failing/${name}_small.png`, await png()));
      const failed = await shown(still, `/failing/${name}.png`, '?small');
      expect([failed.status, codeIn(failed)]).toEqual([500, 40_001]);
    }
    // What stood in the way goes, but nobody tries before the minute is over.
    for (const { id } of taken) await api(still, 'DELETE', `/images/sync${query({ fileId: id })}`);
    expect((await shown(still, '/failing/a1.png', '?small')).status).toBe(500);
    await put(still, '/failing/b1.png', await png(50, 50), { overwrite: true });
    expect((await shown(still, '/failing/b1.png', '?small')).status).toBe(200);
    clock.advance(60_000);
    expect((await shown(still, '/failing/a1.png', '?small')).status).toBe(200);
  });
});

describe('plain HTTP', () => {
  test('59. validators, ranges, HEAD, other methods, unknown paths and preflights are as everywhere', async () => {
    const bytes = await jpeg();
    const file = await put(server, '/http/친구 (1).jpg', bytes);
    const { pathname } = new URL(file.url);
    const ask = async (init: RequestInit = {}) => await fetch(`${server.url}${pathname}`, init);
    const whole = await ask();
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(bytes.length),
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=86400',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      'last-modified': expect.stringMatching(/GMT$/),
    });
    const etag = whole.headers.get('etag') ?? '';
    const modified = whole.headers.get('last-modified') ?? '';
    expect((await ask({ headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await ask({ headers: { 'if-modified-since': modified } })).status).toBe(304);
    const changed = { 'if-none-match': '"x"', 'if-modified-since': modified };
    expect((await ask({ headers: changed })).status).toBe(200);
    const part = await ask({ headers: { range: 'bytes=10-19' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${bytes.length}`]);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(10, 20))).toBe(true);
    expect((await ask({ headers: { range: `bytes=${bytes.length}-` } })).status).toBe(416);
    const head = await ask({ method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
    const wrong = await ask({ method: 'DELETE' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);

    const encoded = `${server.url}/i/${shop.container}/http/${encodeURIComponent('친구 (1).jpg'.normalize('NFD'))}`;
    expect((await fetch(encoded)).status).toBe(200);
    for (const path of ['/http/none.jpg', '/http', '/http/', '/', '', '/http/%zz.jpg', '/http%2Fx.jpg']) {
      const answer = await shown(server, path);
      expect([answer.status, codeIn(answer)], path).toEqual([404, 20_001]);
    }
    const elsewhere = await fetch(`${server.url}/i/nowhere/http/x.jpg`);
    expect(elsewhere.status).toBe(404);

    const preflight = await server.call(`/image/v2.0/appkeys/${shop.appKey}/images?path=/x.png`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://a.example',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT');
  });

  test('a file that is overwritten or deleted is so at once at its URL', async () => {
    const [one, two] = [await png(11, 11), await png(12, 12)];
    const file = await put(server, '/fresh/a1.png', one);
    expect((await shown(server, '/fresh/a1.png')).bytes.equals(one)).toBe(true);
    await upload(server, '/fresh/a1.png', two, { overwrite: true });
    expect((await shown(server, '/fresh/a1.png')).bytes.equals(two)).toBe(true);
    await api(server, 'DELETE', `/images/async${query({ fileIds: file.id })}`);
    expect((await shown(server, '/fresh/a1.png')).status).toBe(404);
    await put(server, '/fresh/b1/c1.png', one);
    await shown(server, '/fresh/b1/c1.png');
    const { folders } = (await listed(server, '/')).json;
    const { id } = folders.find(({ path }: { path: string }) => path === '/fresh');
    await api(server, 'DELETE', `/images/async${query({ folderIds: id })}`);
    expect((await shown(server, '/fresh/b1/c1.png')).status).toBe(404);
  });
});

describe('an address of its own', () => {
  test('is the base of the URLs in answers, and serves images without the prefix', async () => {
    const imagePort = await freePort();
    const settings = { imagePublicUrl: 'http://img.example', imagePort, imageCacheSeconds: 60 };
    const own = await startInstallation({ settings });
    try {
      const bytes = await png();
      const { url } = await put(own, '/own/a1.png', bytes);
      expect(url).toBe(`http://img.example/${shop.container}/own/a1.png`);
      const { pathname } = new URL(url);
      const byPort = await fetch(`http://127.0.0.1:${imagePort}${pathname}`);
      expect(byPort.headers.get('cache-control')).toBe('public, max-age=60');
      expect(Buffer.from(await byPort.arrayBuffer()).equals(bytes)).toBe(true);
      expect(await statusByHost(own, pathname, 'img.example')).toBe(200);
      expect(await statusByHost(own, '/readyz', 'img.example')).toBe(404);
      expect(await statusByHost(own, '/readyz', 'other.example')).toBe(200);
      expect((await shown(own, '/own/a1.png')).status).toBe(200);
    } finally {
      await own.close();
    }
  });

  test('that all else is served at is refused', async () => {
    const both = { publicUrl: 'http://all.example', imagePublicUrl: 'http://all.example' };
    await expect(startInstallation({ settings: both })).rejects.toThrow('SLIPWAY_IMAGE_PUBLIC_URL');
  });
});

/** `fetch` takes no Host header. */
async function statusByHost(to: TestServer, path: string, host: string): Promise<number | undefined> {
  const call = get(`${to.url}${path}`, { headers: { host } });
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}
