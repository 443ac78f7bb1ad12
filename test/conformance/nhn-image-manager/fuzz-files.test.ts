import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyCharacter } from '../../harness/any-character.ts';
import type { Answer, TestServer } from '../../harness/server.ts';
import { api, form, png, shop, startInstallation } from './setup.ts';

let server: TestServer;
let picture: Buffer;
beforeAll(async () => {
  server = await startInstallation();
  picture = await png();
});
afterAll(() => server.close());

const runs = { numRuns: 40, seed: 20_260_301 };
const text = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 60 }),
  fc.constantFrom(
    '/',
    '//',
    '/..',
    '/aa/../../bb.png',
    '/%2e%2e/aa.png',
    '/a\\b.png',
    '/aa\0.png',
    '/con.png',
    '/\u212bngstr\u00f6m.png',
    `/${'x'.repeat(300)}.png`,
    `/${'가'.repeat(90)}`,
    'True',
    'false',
    '-1',
    '1e9',
    '9'.repeat(400),
    'name:asc',
    'U',
    "' OR 1=1 --",
    '\u202e',
    '\ud800',
    '__proto__',
    'constructor',
  ),
);
const anything = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
  fc.object({ maxDepth: 1, maxKeys: 2 }),
);

/** Status 200, in the original's form, and never our fault. */
function isInForm(answer: Answer): void {
  expect(answer.status, answer.text).toBe(200);
  const { header } = answer.json;
  expect(header.isSuccessful).toBe(header.resultCode === 0);
  expect([-1, 24_001, 22_001, 21_030], answer.text).not.toContain(header.resultCode);
}

const encoded = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(Buffer.from(value).toString())}`,
    )
    .join('&');

const names = fc.constantFrom(
  'basepath',
  'path',
  'name',
  'page',
  'rows',
  'sort',
  'createdBy',
  'folderId',
  'fileId',
  'folderIds',
  'fileIds',
  'files',
  'includeThumbnail',
  'overwrite',
  'autorename',
  'operationIds',
  '__proto__',
);

describe('the calls of folders and files take anything', () => {
  it('in their queries', async () => {
    const query = fc.dictionary(names, text, { maxKeys: 5 });
    await fc.assert(
      fc.asyncProperty(query, async (values) => {
        for (const [method, path] of [
          ['GET', '/folders'],
          ['GET', '/properties'],
          ['GET', '/properties/simple'],
          ['DELETE', '/images/sync'],
          ['DELETE', '/images/async'],
        ] as const) {
          isInForm(await api(server, method, `${path}?${encoded(values)}`));
        }
        const body = new Uint8Array(picture);
        isInForm(await api(server, 'PUT', `/images?${encoded(values)}`, { body }));
      }),
      runs,
    );
  });

  it('in queries that were encoded by nobody', async () => {
    const raw = fc
      .string({ unit: 'grapheme-ascii', maxLength: 40 })
      .map((value) => value.replaceAll(/[\s#]/g, ''));
    await fc.assert(
      fc.asyncProperty(raw, async (value) => {
        isInForm(await api(server, 'GET', `/folders?basepath=${value}&${value}`));
      }),
      runs,
    );
  });

  it('in their JSON, valid or not', async () => {
    const headers = { 'content-type': 'application/json' };
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          text,
          fc.dictionary(names, anything).map((value) => JSON.stringify(value)),
        ),
        async (body) => {
          isInForm(await api(server, 'POST', '/folders', { headers, body }));
          isInForm(await api(server, 'DELETE', '/images/sync?fileId=x', { headers, body }));
        },
      ),
      runs,
    );
  });

  it('in the options and names of a form', async () => {
    const options = fc.oneof(
      text,
      fc
        .dictionary(fc.oneof(names, fc.constant('callbackUrl')), anything, { maxKeys: 5 })
        .map((values) => JSON.stringify({ basepath: '/fuzz', ...values })),
    );
    await fc.assert(
      fc.asyncProperty(options, text, async (params, name) => {
        const body = form([
          ['params', params],
          ['files', picture, Buffer.from(name).toString()],
        ]);
        isInForm(await api(server, 'POST', '/images', { body }));
      }),
      runs,
    );
  });

  it('in their bodies', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.nat({ max: picture.length - 1 }).map((length) => new Uint8Array(picture.subarray(0, length))),
      fc.tuple(fc.nat({ max: picture.length - 1 }), fc.nat({ max: 255 })).map(([at, value]) => {
        const changed = new Uint8Array(picture);
        changed[at] = value;
        return changed;
      }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (body) => {
        isInForm(await api(server, 'PUT', '/images?path=/fuzz/bytes.png&overwrite=true', { body }));
        isInForm(await api(server, 'POST', '/images', { headers, body }));
      }),
      runs,
    );
  });

  it('in their paths and app keys', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const segment = encodeURIComponent(Buffer.from(value).toString());
        for (const path of [
          `/image/v2.0/appkeys/${segment}/folders?basepath=/`,
          `/image/${segment}/appkeys/${shop.appKey}/folders`,
          `/image/v2.0/appkeys/${shop.appKey}/${segment}`,
        ]) {
          isInForm(await server.call(path, { headers: { authorization: shop.secretKey } }));
        }
      }),
      runs,
    );
  });
});
