import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anyCharacter } from '../../harness/any-character.ts';
import type { TestServer } from '../../harness/server.ts';
import { put } from './recipes-setup.ts';
import { api, codeOf, png, shop, startInstallation } from './setup.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startInstallation();
  await put(server, '/in/a1.png', await png());
});
afterAll(() => server.close());

const nasty = fc.oneof(
  fc.constantFrom(
    '',
    '\0',
    '../..',
    '/',
    '~',
    '%00',
    'x'.repeat(300),
    '\ud800',
    '１００',
    '-0',
    '1e9',
    'NaN',
  ),
  fc.string({ unit: anyCharacter, maxLength: 30 }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom<unknown>([], {}, [[]], ['\0'], { a: 1 }),
);
const template = fc.oneof(
  fc.constantFrom('resize_fix', 'gray', 'rectangle', 'circle', 'slice', 'grid', 'watermark'),
  nasty,
);
const option = fc.oneof(
  fc.dictionary(
    fc.constantFrom(
      ...['width', 'height', 'quality', 'upDownSizeType', 'gravity', 'offsetX', 'radius', 'sliceSize'],
      ...[
        'countX',
        'countY',
        'callbackUrl',
        'watermarkImagePath',
        'targetExtension',
        'keepExif',
        '__proto__',
      ],
    ),
    nasty,
  ),
  nasty,
);
const data = fc.oneof(
  fc.array(fc.record({ templateOperationId: template, option }), { maxLength: 3 }),
  nasty,
);
const body = fc.record({ description: nasty, realtimeService: nasty, data }, { requiredKeys: [] });
const run = fc.record(
  {
    basepath: fc.oneof(fc.constantFrom('/', '/in'), nasty),
    filepaths: fc.oneof(fc.array(nasty, { maxLength: 3 }), nasty),
    operationIds: fc.oneof(fc.array(nasty, { maxLength: 3 }), nasty),
    callbackUrl: nasty,
  },
  { requiredKeys: [] },
);
const text = nasty.map((value) => encodeURIComponent(String(value).replace(/\p{Surrogate}/gu, '')));

/** A code of the contract's own, so neither a crash nor another status. */
async function isSaid(method: string, path: string, json?: unknown): Promise<void> {
  const answer = await api(server, method, path, json === undefined ? {} : { json });
  expect(codeOf(answer), `${method} ${path} ${JSON.stringify(json)}: ${answer.text}`).not.toBe(-1);
}

test('no body and no parameter of the operations half is answered with an unknown error', async () => {
  await fc.assert(
    fc.asyncProperty(body, run, text, text, async (recipe, exec, one, two) => {
      await isSaid('PUT', '/operations/fuzz', recipe);
      await isSaid('POST', '/operations-exec', exec);
      await isSaid('PUT', '/users', { realtimeService: exec.callbackUrl });
      await isSaid('GET', `/operations?name=${one}&page=${two}&rows=${two}&sort=${one}&template=${one}`);
      for (const path of ['/operations', '/queues']) await isSaid('GET', `${path}/${one}`);
      await isSaid('DELETE', `/operations/${one}?deleteThumbnail=${two}`);
    }),
    { numRuns: 60 },
  );
});

test('no public URL is answered with a failure of the server', async () => {
  const tails = ['/%c0%ae%c0%ae/x', '/in/a1.png%00', '/in/..%2f..%2fsecret', '/in/a1.png/', '//in/a1.png'];
  for (const tail of tails) {
    const answer = await server.call(`/i/${shop.container}${tail}`);
    expect(answer.status, tail).toBe(404);
  }
  await fc.assert(
    fc.asyncProperty(text, text, text, async (container, path, query) => {
      const answer = await server.call(`/i/${container}/${path}?${query}`);
      expect(answer.status, `${container}/${path}?${query}`).toBeLessThan(500);
      const known = await server.call(`/i/${shop.container}/in/${path}?${query}`);
      expect(known.status).toBeLessThan(500);
    }),
    { numRuns: 60 },
  );
});
