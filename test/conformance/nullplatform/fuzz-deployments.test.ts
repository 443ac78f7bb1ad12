import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { releaseOf } from './deployments-setup.ts';
import { type NullplatformServer, startNullplatform } from './setup.ts';

let server: NullplatformServer;
let release: number;
let deployment: number;

/** Everything waits for an approval, so that nothing is started by what a fuzz makes. */
beforeAll(async () => {
  server = await startNullplatform();
  await server.server.management.applyDeclaration({
    document: {
      nullplatform: { organization: { id: 1, name: 'acme' }, approvalPolicies: [{ nrn: 'organization=1' }] },
    },
    by: 'test',
  });
  release = await releaseOf(server, 'http://127.0.0.1:9/app.tar.gz');
  const made = await server.api('/deployment', { json: { scope_id: 5, release_id: release } });
  deployment = made.json.id;
});
afterAll(() => server.close());

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    'x',
    -1,
    0,
    12.5,
    1e300,
    2 ** 53,
    true,
    [],
    {},
    [1],
    { a: 1 },
    '9'.repeat(40),
  ),
  fc.string(),
  fc.jsonValue({ maxDepth: 3 }),
);
const body = fc.record(
  {
    scope_id: fc.oneof(fc.constant<unknown>(5), odd),
    release_id: fc.oneof(fc.constant<unknown>('release'), odd),
    application_id: fc.oneof(fc.constant<unknown>(4), odd),
    ...Object.fromEntries(
      [
        ...['asset_name', 'description', 'external_strategy_id', 'deployment_group_id', 'status', 'metadata'],
        ...['name', 'nrn', 'parameters', 'dimensions', 'scope_type_ids', 'deployments', 'scopes'],
      ].map((name) => [name, odd]),
    ),
    strategy_data: fc.oneof(odd, fc.record({ desired_switched_traffic: odd })),
  },
  { requiredKeys: [] },
);
const paths = [
  ...[
    '/deployment',
    '/deployment/:id',
    '/deployment_strategy',
    '/deployment_strategy/:id',
    '/deployment_group',
  ],
  ...[
    '/deployment_group/:id',
    '/approval',
    '/approval/:id',
    '/approval/:id/approve',
    '/approval/:id/execute',
  ],
  ...['/approval/dry-run', '/service/:id/action', '/service/:id/action/:id', '/telemetry/instance'],
  ...['/telemetry/application/4/log', '/telemetry/application/4/metric/http.rpm'],
];
const parameters = [
  'id',
  'scope_id',
  'application_id',
  'status',
  'nrn',
  'limit',
  'offset',
  'sort',
  'include',
];
const query = fc.dictionary(
  fc.constantFrom(...parameters, 'scope', 'minutes', 'period', 'next_page_token', 'include_messages'),
  fc.oneof(
    fc.constantFrom('5', '4', 'x', '-1', '1,2', 'organization=1', '99999999999999999999'),
    fc.string(),
  ),
);

test('whatever is sent, no answer is a failure of the server, and refusals have a message', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PATCH'),
      fc.constantFrom(...paths),
      fc.oneof(fc.constantFrom('5', 'x', 'deployment'), fc.string({ minLength: 1 })),
      query,
      body,
      async (method, pattern, id, parameters, json) => {
        const own = id === 'deployment' ? String(deployment) : id;
        const path = pattern.replaceAll(':id', encodeURIComponent(own.replaceAll(/[\uD800-\uDFFF]/g, 'x')));
        const plain = Object.entries(parameters).map(
          ([name, value]) => [name, value.replaceAll(/[\uD800-\uDFFF]/g, 'x')] as [string, string],
        );
        const sent = { ...json, ...(json.release_id === 'release' ? { release_id: release } : {}) };
        const answer = await server.api(`${path}?${new URLSearchParams(plain)}`, {
          method,
          ...(method === 'GET' ? {} : { json: sent }),
        });
        expect(answer.status, `${method} ${path} ${JSON.stringify(sent)}: ${answer.text}`).toBeLessThan(500);
        if (answer.status >= 400) expect(typeof answer.json.message).toBe('string');
      },
    ),
    { numRuns: 300 },
  );
});
