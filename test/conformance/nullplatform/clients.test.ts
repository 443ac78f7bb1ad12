import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keys, type NullplatformServer, startNullplatform } from './setup.ts';

/** One request as a client of the vendor's sends it, and what that client checks of the answer. */
interface Recorded {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status: number;
  readonly bareArray?: boolean;
  /** What later requests need, by the path in the answer. */
  readonly capture?: Readonly<Record<string, string>>;
  readonly answer?: Readonly<Record<string, unknown>>;
}

let server: NullplatformServer;
beforeAll(async () => {
  server = await startNullplatform();
});
afterAll(() => server.close());

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce((part, name) => (part as Record<string, unknown> | undefined)?.[name], value);

test.each([
  ['57. the GitHub Actions', 'github-actions.json', keys.ci],
  ['the terraform provider', 'terraform.json', keys.admin],
])('%s: every request gets exactly the answer that the client accepts', async (_who, file, key) => {
  const text = await readFile(join(import.meta.dirname, 'fixtures', file), 'utf8');
  const known: Record<string, unknown> = { key, encodedKey: Buffer.from(key).toString('base64') };
  const filled = (value: string) =>
    value.replace(/\{(\w+)\}/g, (whole, name: string) => (name in known ? String(known[name]) : whole));
  for (const request of JSON.parse(text) as Recorded[]) {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, filled(value)]),
    );
    const answer = await server.call(filled(request.path), {
      method: request.method,
      headers,
      ...(request.body === undefined ? {} : { body: filled(JSON.stringify(request.body)) }),
    });
    expect([request.name, answer.status, answer.text], request.name).toEqual([
      request.name,
      request.status,
      request.status === 204 ? '' : answer.text,
    ]);
    if (request.bareArray !== undefined) expect(Array.isArray(answer.json)).toBe(request.bareArray);
    for (const [path, value] of Object.entries(request.answer ?? {})) {
      const wanted = typeof value === 'string' ? filled(value) : value;
      expect([request.name, path, at(answer.json, path)]).toEqual([request.name, path, wanted]);
    }
    for (const [name, path] of Object.entries(request.capture ?? {})) known[name] = at(answer.json, path);
  }
});

test('a shell script of GitLab’s templates reads our answers with curl and grep', async () => {
  const script = String.raw`
    set -eu
    RESPONSE=$(curl -s -X POST "$BASE/ci/login" -H "Content-Type: application/json" -d "{\"api_key\": \"$KEY\"}")
    TOKEN=$(echo "$RESPONSE" | grep -o '"access_token":"[^"]*"' | cut -d'"' -f4)
    ORGANIZATION=$(echo "$RESPONSE" | grep -o '"organization_id":[0-9]*' | cut -d: -f2)
    APPLICATION=$(curl -s "$BASE/ci/application?repository_url=https://git.example.com/acme/storefront" \
      -H "Authorization:Bearer $TOKEN" | grep -o '"id":[0-9]*' | head -1 | cut -d: -f2)
    BUILD=$(curl -s -X POST "$BASE/ci/build" -H "Authorization:Bearer $TOKEN" \
      -d "{\"application_id\": \"$APPLICATION\", \"commit\": {\"id\": \"75083ad\"}, \"branch\": \"main\"}" \
      | grep -o '"id":[0-9]*' | head -1 | cut -d: -f2)
    STATUS=$(curl -s -X PATCH "$BASE/ci/build/$BUILD" -H "Authorization:Bearer $TOKEN" \
      -H "Content-Type: application/json" -d '{"status":"successful"}' | grep -o '"status":"[^"]*"' | cut -d'"' -f4)
    echo "$ORGANIZATION $APPLICATION $STATUS"
  `;
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    env: { PATH: process.env.PATH, BASE: server.url, KEY: keys.ci },
  });
  expect(stdout.trim()).toBe('1 4 successful');
});

test('GitLab’s templates keep our answers unquoted, whatever the title of the commit is', async () => {
  const script = String.raw`
    set -eu
    AUTHORIZATION="Authorization:Bearer $(curl -s -X POST "$BASE/ci/login" -d "{\"api_key\":\"$KEY\"}" \
      | grep -o '"access_token":"[^"]*"' | cut -d'"' -f4)"
    call() { curl -s --fail -H "Content-Type: application/json" -H "$AUTHORIZATION" "$@"; }
    RESPONSE=$(call -X POST "$BASE/ci/build" -d "{\"application_id\":4,\"commit\":{\"id\":\"c0ffee\",\"permalink\":\"$URL\"},\"description\":\"$CI_COMMIT_TITLE\",\"branch\":\"main\"}")
    printf "%s\n" $RESPONSE
    BUILD=$(echo "$RESPONSE" | grep -o '"id":[0-9]*' | head -1 | cut -d: -f2)
    RESPONSE=$(call -X POST "$BASE/ci/build/$BUILD/asset" -d '{"type":"lambda","metadata":{"built by":"GitLab CI"},"name":"main"}')
    printf "%s\n" $RESPONSE
    RESPONSE=$(call -X PATCH "$BASE/ci/build/$BUILD" -d '{"status":"successful"}')
    printf "%s\n" $RESPONSE
  `;
  const CI_COMMIT_TITLE = 'Merge branch  main into feature: it’s done';
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    env: {
      PATH: process.env.PATH,
      BASE: server.url,
      KEY: keys.ci,
      URL: 'https://x/-/commit/c0',
      CI_COMMIT_TITLE,
    },
  });
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(answers).toMatchObject([
    { description: CI_COMMIT_TITLE, status: 'pending' },
    { type: 'lambda', metadata: { 'built by': 'GitLab CI' } },
    { description: CI_COMMIT_TITLE, status: 'successful' },
  ]);
});

test.each([
  ['POST', '/approval/action'],
  ['GET', '/approval/action/7'],
  ['POST', '/approval/policy'],
  ['POST', '/entity_hook/action'],
  ['POST', '/dimension/1/value'],
  ['GET', '/dimension/1/value/2'],
  ['POST', '/scope_domain'],
  ['POST', '/metadata/metadata_specification'],
  ['POST', '/user/invite'],
  ['PUT', '/user/7'],
  ['POST', '/authz/grants'],
  ['POST', '/service_specification/7/action_specification'],
] as const)('%s %s, which the terraform provider calls, says that it is not served', async (method, path) => {
  const answer = await server.api(path, { method, ...(method === 'GET' ? {} : { json: { name: 'x' } }) });
  expect([answer.status, answer.json.code]).toEqual([501, 'NOT_IMPLEMENTED']);
  expect(answer.json.message).toMatch(/\S/);
});

test('what the facade refuses is one word, too: templates print whatever comes', async () => {
  const refusals = [
    await server.call('/ci/login', { json: {} }),
    await server.call('/ci/build', { json: {} }),
    await server.api('/ci/build', { as: 'ci', json: {} }),
    await server.api('/ci/build/5', { as: 'member', method: 'PATCH', json: { status: 'successful' } }),
  ];
  for (const { text } of refusals) expect(text).not.toContain(' ');
  expect(refusals.map(({ status, json }) => [status, json.message])).toEqual([
    [400, 'Missing parameter: api_key'],
    [401, 'Unauthorized'],
    [400, 'Missing parameter: application_id'],
    [403, "You're not authorized to perform this operation."],
  ]);
  expect((await server.api('/build', { json: {} })).text).toContain('"Missing parameter: application_id"');
});
