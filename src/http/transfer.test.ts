import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestStorage, silent, type TestStorage } from '../../test/harness/storage.ts';
import {
  type Blob,
  type BlobStore,
  blobMigrations,
  createBlobStore,
  directoryObjects,
  systemClock,
} from '../storage/index.ts';
import { type MultipartOptions, readMultipart, sendBlob, sendEvents } from './index.ts';
import { buildServer } from './server.ts';

const config = { open: 'a test' };
const limits: MultipartOptions = {
  files: { binaryFile: 5_000_000, metaFile: 1000 },
  totalFileBytes: 5_000_000,
  fieldBytes: 2000,
};

let opened: TestStorage;
let blobs: BlobStore;
let app: FastifyInstance;
let url: string;
let failed: Promise<unknown>;
let fail: (error: unknown) => void;

beforeAll(async () => {
  opened = await openTestStorage({ migrations: [{ name: 'core', migrations: blobMigrations }] });
  blobs = await createBlobStore({
    storage: opened.storage,
    objects: directoryObjects(join(opened.folder, 'blobs')),
    spoolFolder: join(opened.folder, 'spool'),
    clock: systemClock,
    log: silent,
  });
  app = buildServer({ log: silent, owners: [] });
  app.post('/agent/upload', { config }, async (request) => {
    try {
      const form = await readMultipart(request, blobs, limits);
      const files: Record<string, unknown> = {};
      for (const [name, file] of form.files) {
        files[name] = { fileName: file.fileName, ...(await file.blob.keep()) };
      }
      await form.discard();
      return { fields: Object.fromEntries(form.fields), files };
    } catch (error) {
      fail(error);
      throw error;
    }
  });
  app.post('/agent/upload-and-work', { config }, async (request) => {
    const form = await readMultipart(request, blobs, limits);
    if (!request.raw.readableEnded) await once(request.raw, 'end');
    await form.discard();
    return 'the body has ended';
  });
  app.route({
    method: ['GET', 'HEAD'],
    url: '/agent/file/:sha256/:size',
    config,
    handler: async (request, reply) => {
      const { sha256, size } = request.params as { sha256: string; size: string };
      return sendBlob(request, reply, blobs, { sha256, size: Number(size) }, { fileName: '한글.jar' });
    },
  });
  app.get('/agent/events', { config: { ...config, background: true } }, async (_request, reply) =>
    sendEvents(
      reply,
      (async function* () {
        yield { event: 'change', id: '1', data: { line: 'a\nb' } };
        yield { data: 2 };
      })(),
    ),
  );
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});

beforeEach(() => {
  failed = new Promise((resolve) => {
    fail = resolve;
  });
});

afterAll(async () => {
  await app.close();
  await opened.close();
});

const spooled = () => readdir(join(opened.folder, 'spool'));
const upload = (form: FormData) => fetch(`${url}/agent/upload`, { method: 'POST', body: form });
// biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of an answer by reading it
const jsonOf = (answer: Response) => answer.json() as Promise<any>;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('an upload', () => {
  test('keeps files and texts in any order of the parts', async () => {
    const bytes = randomBytes(300_000);
    const form = new FormData();
    form.set('binaryFile', new globalThis.Blob([bytes]), 'dir/한글.jar');
    form.set('description', 'two\r\nlines');
    form.set('metaFile', new globalThis.Blob(['<plist/>']), 'a.plist');
    form.set('unwanted', new globalThis.Blob([randomBytes(100_000)]), 'x');
    form.append('description', 'the first one counts');
    const answer = await jsonOf(await upload(form));
    expect(answer.fields).toEqual({ description: 'two\r\nlines' });
    expect(answer.files).toEqual({
      binaryFile: { fileName: '한글.jar', sha256: sha256(bytes), size: 300_000 },
      metaFile: { fileName: 'a.plist', sha256: sha256(Buffer.from('<plist/>')), size: 8 },
    });
    expect(await spooled()).toEqual([]);
  });

  test.each([
    ['one file is over its own limit', () => ({ name: 'metaFile', size: 1001 })],
    ['the files are over their limit together', () => ({ name: 'binaryFile', size: 5_000_001 })],
    ['a text is over its limit', () => ({ name: 'description', size: 2001 })],
  ])('is too large when %s, and leaves nothing', async (_what, made) => {
    const { name, size } = made();
    const form = new FormData();
    form.set('first', 'x');
    if (name === 'description') form.set(name, 'x'.repeat(size));
    else form.set(name, new globalThis.Blob([Buffer.alloc(size)]), 'x');
    const answer = await upload(form);
    expect(answer.status).toBe(413);
    expect(await spooled()).toEqual([]);
  });

  test.each([
    ['application/json', '{}'],
    ['multipart/form-data', 'x'],
    [
      'multipart/form-data; boundary=B',
      '--B\r\nContent-Disposition: form-data; name="binaryFile"; filename="a"\r\n\r\nhalf',
    ],
  ])('as %s that is no whole form is invalid, and leaves nothing', async (type, body) => {
    const answer = await fetch(`${url}/agent/upload`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    expect(answer.status).toBe(400);
    expect(await spooled()).toEqual([]);
  });

  test('whose connection breaks in the middle leaves nothing', async () => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'POST /agent/upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const part = Buffer.concat([
      Buffer.from('--B\r\nContent-Disposition: form-data; name="binaryFile"; filename="a"\r\n\r\n'),
      randomBytes(200_000),
    ]);
    socket.write(`${part.length.toString(16)}\r\n`);
    socket.write(part);
    await new Promise<void>((resolve) => socket.write('\r\n', () => resolve()));
    socket.destroy();
    expect(await failed).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('connection broke'),
    });
    expect(await spooled()).toEqual([]);
  });

  test('decodes texts by the charset of their part', async () => {
    const body = Buffer.concat([
      Buffer.from(
        '--B\r\nContent-Disposition: form-data; name="latin"\r\nContent-Type: text/plain; charset=ISO-8859-1\r\n\r\n',
      ),
      Buffer.from('é', 'latin1'),
      Buffer.from(
        '\r\n--B\r\nContent-Disposition: form-data; name="korean"\r\nContent-Type: text/plain; charset=euc-kr\r\n\r\n',
      ),
      Buffer.from([0xc7, 0xd1]),
      Buffer.from('\r\n--B\r\nContent-Disposition: form-data; name="plain"\r\n\r\n한\r\n--B--\r\n'),
    ]);
    const headers = { 'content-type': 'multipart/form-data; boundary="B"' };
    const answer = await fetch(`${url}/agent/upload`, { method: 'POST', headers, body });
    expect((await jsonOf(answer)).fields).toEqual({ latin: 'é', korean: '한', plain: '한' });
  });
});

describe('a download', () => {
  const bytes = randomBytes(100_000);
  let blob: Blob;
  let path: string;

  beforeAll(async () => {
    const spool = await blobs.spool(
      (async function* () {
        yield bytes;
      })(),
      { limit: 1_000_000 },
    );
    blob = await spool.keep();
    path = `${url}/agent/file/${blob.sha256}/${blob.size}`;
  });

  test('gives all bytes with a name, a validator and nothing to run', async () => {
    const answer = await fetch(path);
    expect(sha256(new Uint8Array(await answer.arrayBuffer()))).toBe(blob.sha256);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-length': '100000',
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="__.jar"; filename*=UTF-8''%ED%95%9C%EA%B8%80.jar`,
      etag: `"${blob.sha256}"`,
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
  });

  test('by HEAD has the same headers and no body', async () => {
    const answer = await fetch(path, { method: 'HEAD' });
    expect(answer.headers.get('content-length')).toBe('100000');
    expect((await answer.arrayBuffer()).byteLength).toBe(0);
  });

  test('gives a range, refuses one behind the end, and gives all to an If-Range of other bytes', async () => {
    const part = await fetch(path, { headers: { range: 'bytes=10-19' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 10-19/100000');
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(10, 20))).toBe(true);
    const behind = await fetch(path, { headers: { range: 'bytes=100000-' } });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, 'bytes */100000']);
    const changed = await fetch(path, { headers: { range: 'bytes=10-19', 'if-range': '"other"' } });
    expect(changed.status).toBe(200);
    await changed.arrayBuffer();
  });

  test('of bytes that the caller has is not sent again', async () => {
    for (const header of [`"${blob.sha256}"`, `W/"${blob.sha256}"`, `"x", "${blob.sha256}"`, '*']) {
      expect((await fetch(path, { headers: { 'if-none-match': header } })).status).toBe(304);
    }
  });

  test('of bytes that are gone is not found', async () => {
    const answer = await fetch(`${url}/agent/file/${'0'.repeat(64)}/5`);
    expect(answer.status).toBe(404);
  });
});

test('events are sent as they come, and the answer ends with them', async () => {
  const answer = await fetch(`${url}/agent/events`);
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(await answer.text()).toBe(': open\n\nid: 1\nevent: change\ndata: {"line":"a\\nb"}\n\ndata: 2\n\n');
});

test('a form has been read to the end of its body, so that a long handler is no silent sender', async () => {
  const form = new FormData();
  form.set('binaryFile', new Blob([new Uint8Array(randomBytes(300_000))]), 'file.bin');
  const answer = await fetch(`${url}/agent/upload-and-work`, { method: 'POST', body: form });
  expect(await answer.text()).toBe('the body has ended');
});
