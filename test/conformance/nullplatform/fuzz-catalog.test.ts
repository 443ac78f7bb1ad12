import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operations } from '../../../src/dialects/nullplatform/operations.ts';
import { type NullplatformServer, startNullplatform } from './setup.ts';

let server: NullplatformServer;
beforeAll(async () => {
  server = await startNullplatform();
});
afterAll(() => server.close());

const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    ...['', ' ', '\0', '%00', '..', '\ud800', '１', '-1', '1e9', 'NaN', '0x10', '99999999999999999999', "'"],
    ...['x'.repeat(3000), '9'.repeat(400), 'organization=1', 'organization=1:account=2', ',,,', '4,4,4'],
    ...[null, true, [], {}, [[]], ['\0'], { id: {} }, { __proto__: 1 }, 0, -1, 1.5, 1e300, 4, 5, '5'],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 4 }),
);
const names = [
  ...[
    'application_id',
    'build_id',
    'scope_id',
    'release_id',
    'account_id',
    'namespace_id',
    'status',
    'semver',
  ],
  ...[
    'name',
    'type',
    'url',
    'metadata',
    'commit',
    'branch',
    'description',
    'capabilities',
    'dimensions',
    'hosts',
  ],
  ...['grants', 'tags', 'nrn', 'values', 'value', 'variable', 'secret', 'repository_url', 'organization_id'],
  ...['strategy_data', 'parameters', 'asset_name', 'slug', 'tier', 'settings', 'requested_spec', '__proto__'],
];
const queries = [
  'limit',
  'offset',
  'sort',
  'include',
  'id',
  'status',
  'application_id',
  'nrn',
  'commit.id',
  'name',
];

const call = fc.record({
  operation: fc.constantFrom(...operations),
  ids: fc.array(
    fc.oneof(fc.constantFrom('1', '2', '3', '4', '5', '0', 'x', '%2e', '9'.repeat(30)), fc.string()),
    {
      minLength: 3,
      maxLength: 3,
    },
  ),
  query: fc.dictionary(fc.constantFrom(...queries), nasty, { maxKeys: 4 }),
  body: fc.oneof(
    { weight: 5, arbitrary: fc.dictionary(fc.constantFrom(...names), nasty, { maxKeys: 8 }) },
    nasty,
  ),
});

test('no input of any operation is our fault, and every refusal has a text', async () => {
  // What is deleted in one call is not there for the next one; the roots stay.
  const authorization = `Bearer ${await server.token('developer')}`;
  await fc.assert(
    fc.asyncProperty(call, async ({ operation, ids, query, body }) => {
      const left = [...ids];
      const path = operation.path.replace(
        /:\w+/g,
        () => encodeURIComponent(Buffer.from(left.shift() ?? '').toString()) || '1',
      );
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) {
        search.set(name, typeof value === 'string' ? value : String(JSON.stringify(value)));
      }
      const payload = operation.method === 'GET' ? {} : { payload: JSON.stringify(body) ?? '' };
      const answer = await server.server.app.inject({
        method: operation.method,
        url: `${path}?${search}`,
        headers: { authorization, 'content-type': 'application/json' },
        ...payload,
      });
      const place = `${operation.method} ${path}?${search} ${JSON.stringify(body)} → ${answer.body}`;
      expect(answer.statusCode < 500 || answer.statusCode === 501, place).toBe(true);
      if (answer.statusCode >= 400) expect(typeof answer.json().message, place).toBe('string');
    }),
    { numRuns: 600 },
  );
});

test('no body of the token exchange is our fault', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/token', '/ci/login'),
      fc.dictionary(fc.constantFrom('api_key', 'apikey', 'token', 'refresh_token', 'organization_id'), nasty),
      async (url, body) => {
        const answer = await server.server.app.inject({ method: 'POST', url, payload: JSON.stringify(body) });
        expect([400, 401, 429], `${JSON.stringify(body)} → ${answer.body}`).toContain(answer.statusCode);
      },
    ),
    { numRuns: 150 },
  );
});
