import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anyCharacter } from '../../harness/any-character.ts';
import { adminKey } from '../../harness/server.ts';
import { type Installation, startInstallation } from './runs-setup.ts';

const native = '/api/slipway/v1/nhn-deploy/projects/1/artifacts/1';
let installation: Installation;

beforeAll(async () => {
  installation = await startInstallation([]);
});
afterAll(async () => {
  await installation.close();
});

const text = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 30 }),
  fc.constantFrom(
    '',
    ' ',
    'a\0b',
    '\uD800',
    '../..',
    'x'.repeat(3000),
    '$${artifact.id}',
    'web',
    'release',
    'Default',
    '값 🙂',
  ),
);
const number = fc.oneof(fc.constantFrom(1, 2, 3, 4, 0, -1, 2 ** 53, 1.5), fc.integer());
/** Mostly `likely`, now and then anything. */
const mostly = (likely: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 9, arbitrary: likely }, { weight: 1, arbitrary: fc.anything({ maxDepth: 2 }) });
const reference = mostly(fc.oneof(text, number));
const listOf = (item: fc.Arbitrary<unknown>) => mostly(fc.array(item, { maxLength: 2 }));
const fields = (shape: Record<string, fc.Arbitrary<unknown>>) => fc.record(shape, { requiredKeys: [] });

const task = fields({
  type: mostly(fc.constantFrom('user-command', 'binary-deploy', 'file-deploy')),
  name: mostly(text),
  command: mostly(text),
  group: reference,
  latest: mostly(fc.boolean()),
  binary: mostly(number),
  variableAs: mostly(text),
  targetDirectory: mostly(text),
  timeoutMinutes: mostly(number),
  files: listOf(reference),
  server: mostly(text),
});
const body = fields({
  id: mostly(number),
  name: mostly(text),
  description: mostly(text),
  shell: mostly(text),
  servers: listOf(fc.oneof(text, fields({ hostname: text, instanceName: text, ip: text, os: text }))),
  lines: mostly(text),
  serverGroups: listOf(reference),
  preRun: listOf(task),
  tasks: listOf(task),
  secrets: mostly(fc.dictionary(text, text, { maxKeys: 2 })),
  text: mostly(text),
  encoding: mostly(fc.constantFrom('UTF-8', 'UTF-16BE', 'EUC-KR')),
  comment: mostly(text),
});
const order = fields({
  scenario: mostly(fc.constantFrom(3, 4, 99)),
  serverGroup: mostly(fc.constantFrom(2, 9, 99)),
  servers: listOf(text),
  concurrentNum: mostly(number),
  note: mostly(text),
});

const made = [
  '/server-groups',
  '/server-groups/2/servers',
  '/scenarios',
  '/scenarios/import',
  '/scenarios/3/copy',
];
const files = ['/resource-groups', '/resource-groups/1/files', '/resource-files/1/revisions'];
const changed = ['/server-groups/10', '/scenarios/4', '/resource-files/1'];
const request = fc.oneof(
  fc.tuple(fc.constant('POST'), fc.constantFrom(...made, ...files), body),
  fc.tuple(fc.constant('PATCH'), fc.constantFrom(...changed), body),
  fc.tuple(fc.constant('POST'), fc.constantFrom('/deployments', '/plan'), order),
);

test('no body of the native API makes the server fail', async () => {
  const { server } = installation;
  await server.call(`${native}/resource-groups`, { key: adminKey, json: { name: 'conf' } });
  await server.call(`${native}/resource-groups/1/files`, { key: adminKey, json: { name: 'a', text: 'a' } });
  await fc.assert(
    fc.asyncProperty(request, async ([method, path, json]) => {
      await expectNoFailure(method, path, json);
    }),
    { numRuns: 150 },
  );
  expect((await server.call('/readyz')).status).toBe(200);
});

async function expectNoFailure(method: string, path: string, json: unknown): Promise<void> {
  const answer = await installation.server.call(`${native}${path}`, { method, key: adminKey, json });
  expect(answer.status, `${method} ${path} ${JSON.stringify(json)} ${answer.text}`).toBeLessThan(500);
}
