import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CallOptions, startServer, type TestServer } from '../harness/server.ts';

const member = { id: 'MEMBERKEY00000000001', secret: 'membersecret0001' };
const stranger = { id: 'STRANGERKEY000000001', secret: 'strangersecret01' };

let server: TestServer;
let shop: string;
let blog: string;

beforeAll(async () => {
  server = await startServer({
    declaration: {
      principals: [
        { name: 'member@example.com', keys: [member] },
        { name: 'stranger@example.com', keys: [stranger] },
      ],
      imageManager: {
        services: [{ name: 'shop', members: { 'member@example.com': 'ADMIN' } }, { name: 'blog' }],
      },
    },
  });
  const { json } = await call('', { key: undefined });
  expect(json.code).toBe('unauthenticated');
  const { json: services } = await server.call('/api/slipway/v1/nhn-image-manager/services', { key: member });
  expect(services.items.map(({ name }: { name: string }) => name)).toEqual(['shop']);
  shop = `/${services.items[0].id}`;
  blog = `/${services.items[0].id === 1 ? 2 : 1}`;
});
afterAll(() => server.close());

function call(path: string, options: CallOptions | { key: undefined } = {}) {
  const { key, ...rest } = { key: member, ...options };
  return server.call(`/api/slipway/v1/nhn-image-manager/services${path}`, {
    ...rest,
    ...(key ? { key } : {}),
  });
}

async function put(path: string, width: number, height: number) {
  const picture = await sharp({ create: { width, height, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
  return await call(`${shop}/images?path=${path}`, { method: 'PUT', body: new Uint8Array(picture) });
}

describe('the operations of a service by a session or an access key', () => {
  test('are those of the original without an envelope, refused in the native form with the original words', async () => {
    const stored = await put('/native/one.jpg', 40, 30);
    expect([stored.status, stored.json.file.path, stored.json.header]).toEqual([
      200,
      '/native/one.jpg',
      undefined,
    ]);
    const again = await put('/native/one.jpg', 40, 30);
    expect([again.status, again.json.code, again.json.message]).toEqual([
      409,
      'conflict',
      'There is same file name.',
    ]);
    const list = await call(`${shop}/folders?basepath=/native`);
    expect(list.json.files.map(({ name }: { name: string }) => name)).toEqual(['one.jpg']);
    expect((await call(`${shop}/folders?basepath=/nope`)).status).toBe(404);
    const form = new FormData();
    form.append('params', JSON.stringify({ basepath: '/native' }));
    form.append('files', new Blob(['no picture']), 'two.png');
    const many = await call(`${shop}/images`, { method: 'POST', body: form });
    expect(many.json.errors[0].error.resultCode).toBe(10_002);
  });

  test('stand in the ledger under the name of who asked', async () => {
    const json = { data: [{ templateOperationId: 'gray', option: {} }] };
    expect((await call(`${shop}/operations/dull`, { method: 'PUT', json })).status).toBe(200);
    const entries = await server.server.parts.ledger.list({ resources: ['/'], limit: 50 });
    expect(entries.find(({ subject }) => subject.startsWith('dull'))?.who).toContain('member@example.com');
  });

  test.each([
    ['GET', '/folders?basepath=/', undefined],
    ['PUT', '/images?path=/stranger.jpg', undefined],
    ['PUT', '/operations/strange', { data: [] }],
    ['DELETE', '/images/async?folderIds=x', undefined],
    ['GET', '/files/00000000-0000-4000-8000-000000000000', undefined],
    ['POST', '/previews', { path: '/native/one.jpg', data: [] }],
  ])(
    '%s %s is nobody else’s: not of strangers, and not of members of another service',
    async (method, path, json) => {
      const options = { method, ...(json ? { json } : {}) };
      expect((await call(`${shop}${path}`, { ...options, key: stranger })).status).toBe(403);
      expect((await call(`${blog}${path}`, options)).status).toBe(403);
    },
  );
});

test('one picture is told with what was made of it, and whether that is current', async () => {
  const { id, url } = (await put('/details/photo.jpg', 900, 600)).json.file;
  await put('/details/photo_other.jpg', 900, 600);
  await call(`${shop}/operations/dull`, {
    method: 'PUT',
    json: { data: [{ templateOperationId: 'gray', option: {} }] },
  });
  await fetch(`${url}?dull`).then((answer) => answer.arrayBuffer());
  const { json } = await call(`${shop}/files/${id}`);
  expect(json).toMatchObject({
    format: 'jpeg',
    width: 900,
    height: 600,
    takenAt: null,
    operation: null,
    url,
  });
  expect(json.made).toMatchObject([{ name: 'photo_dull.jpg', operation: 'dull', width: 900, current: true }]);
  const made = await call(`${shop}/files/${json.made[0].id}`);
  expect(made.json).toMatchObject({
    operation: 'dull',
    source: { id, path: '/details/photo.jpg' },
    made: [],
  });
  expect((await call(`${blog}/files/${id}`)).status).toBe(403);
});

describe('a preview', () => {
  const preview = (data: unknown, path = '/previews/photo.jpg') =>
    call(`${shop}/previews`, { method: 'POST', json: { path, data } });

  beforeAll(async () => {
    await put('/previews/photo.jpg', 400, 300);
  });

  test('shows what jobs make, and stores nothing', async () => {
    const { json } = await preview([
      { templateOperationId: 'resize_width_fit', option: { width: 100, height: 0, targetExtension: 'png' } },
    ]);
    expect(json).toMatchObject({
      source: { name: 'photo.jpg', width: 400 },
      count: 1,
      pieces: [{ format: 'png', width: 100, height: 75 }],
    });
    const [, data = ''] = /^data:image\/png;base64,(.+)$/.exec(json.pieces[0].image) ?? [];
    expect(await sharp(Buffer.from(data, 'base64')).metadata()).toMatchObject({ width: 100, height: 75 });
    const { json: list } = await call(`${shop}/folders?basepath=/previews`);
    expect(list.paging.totalFileCount).toBe(1);
  });

  test('of a split shows the first pieces and counts all', async () => {
    const { json } = await preview([{ templateOperationId: 'grid', option: { countX: 10, countY: 10 } }]);
    expect([json.count, json.pieces.length]).toEqual([100, 24]);
  });

  test.each([
    ['no jobs', [], 400, 'There are not any option for image processing.'],
    [
      'an option out of bounds',
      [{ templateOperationId: 'gray', option: { quality: 0 } }],
      400,
      "'quality' must be more than '1' or less than '100'.",
    ],
    ['what is no list', 'gray', 400, 'Failed to parsing the image operation.'],
    [
      'a crop outside of the picture',
      [
        {
          templateOperationId: 'rectangle',
          option: { width: 9, height: 9, gravity: 'NorthWest', offsetX: 900 },
        },
      ],
      400,
      '',
    ],
  ])('says what is wrong with %s', async (_, data, status, message) => {
    const answer = await preview(data);
    expect(answer.status, answer.text).toBe(status);
    expect(answer.json.message).toContain(message);
  });

  test('of a picture that is not there is not found', async () => {
    const data = [{ templateOperationId: 'gray', option: {} }];
    expect((await preview(data, '/previews/none.jpg')).status).toBe(404);
    expect((await preview(data, '/previews/../x.jpg')).status).toBe(400);
  });
});
