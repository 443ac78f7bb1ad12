import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RecordingApi, startRecordingApi } from './recording-api.ts';
import { type NpOptions, runNp } from './run-np.ts';

let api: RecordingApi;
let folder: string;
beforeAll(async () => {
  api = await startRecordingApi();
  folder = await mkdtemp(join(tmpdir(), 'np-'));
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => api.clear());

const np = (words: string[], { env, ...more }: NpOptions = {}) =>
  runNp(words, { folder, env: { NP_API_BASE: api.url, NULLPLATFORM_API_KEY: 'a-key', ...env }, ...more });

describe('where the body comes from', () => {
  const sent = () => api.requests.map(({ body }) => body);

  test('a file, with comments', async () => {
    await writeFile(join(folder, 'body.json'), '// what to deploy\n{ scope_id: 5, release_id: 7, }');
    await np(['deployment', 'create', '--body', 'body.json']);
    await np(['deployment', 'create', '--body', join(folder, 'body.json')]);
    expect(sent()).toEqual(['{"scope_id":5,"release_id":7}', '{"scope_id":5,"release_id":7}']);
  });

  test('standard input', async () => {
    await np(['deployment', 'create', '--body', '-'], { stdin: '{ "scope_id": 5 }' });
    expect(sent()).toEqual(['{"scope_id":5}']);
  });

  test('a file that is not there and a body that is none are wrong usage, and nothing is called', async () => {
    const missing = await np(['deployment', 'create', '--body', 'nothing.json']);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('nothing.json (ENOENT)');
    const placeholder = await np(['deployment', 'create', '--body', '{ "scope_id": <scope_id> }']);
    expect(placeholder.code).toBe(2);
    expect(placeholder.stderr).toContain('put a value in the place of <scope_id>');
    const quoted = await np(['deployment', 'create', '--body', '{ "scope_id": "<scope_id>" }']);
    expect([quoted.code, quoted.stderr]).toEqual([
      2,
      'The body has no scope_id yet: put a value in the place of <scope_id>\n',
    ]);
    expect((await np(['deployment', 'create', '--body', '[1]'])).code).toBe(2);
    expect([...api.requests, ...api.tokenRequests]).toEqual([]);
  });
});

describe('who calls', () => {
  const authorization = () => api.requests.map(({ headers }) => headers.authorization);
  const list = ['build', 'list', '--application_id', '4'];

  test('NP_TOKEN wins over a key of the environment', async () => {
    await np(list, { env: { NP_TOKEN: 'mine' } });
    expect([authorization(), api.tokenRequests]).toEqual([['Bearer mine'], []]);
  });

  test('flags win over the environment', async () => {
    await np([...list, '--access-token', 'given'], { env: { NP_TOKEN: 'mine' } });
    await np([...list, '--api-key', 'another'], { env: { NP_TOKEN: 'mine' } });
    expect(authorization()).toEqual(['Bearer given', 'Bearer the-token']);
    expect(api.tokenRequests.map(({ body }) => body)).toEqual(['{"api_key":"another"}']);
  });

  test('NP_API_KEY is the older name of NULLPLATFORM_API_KEY', async () => {
    await np(list, { env: { NULLPLATFORM_API_KEY: '', NP_API_KEY: 'old' } });
    expect(api.tokenRequests.map(({ body }) => body)).toEqual(['{"api_key":"old"}']);
  });

  test('NULLPLATFORM_HOST is a host and a port', async () => {
    const { host } = new URL(api.url);
    const { code } = await np(list, { env: { NP_API_BASE: '', NULLPLATFORM_HOST: host } });
    expect([code, api.requests.length]).toEqual([0, 1]);
  });

  test('without any credential nothing is called, and it says what to set', async () => {
    const { code, stderr } = await np(list, { env: { NULLPLATFORM_API_KEY: '' } });
    expect([code, api.tokenRequests]).toEqual([2, []]);
    expect(stderr).toContain('NULLPLATFORM_API_KEY');
  });

  test('a line feed behind a secret is no part of it', async () => {
    await np(list, { env: { NP_TOKEN: 'mine\n' } });
    await np(list, { env: { NULLPLATFORM_API_KEY: ' a-key\r\n' } });
    expect(authorization()).toEqual(['Bearer mine', 'Bearer the-token']);
    expect(api.tokenRequests.map(({ body }) => body)).toEqual(['{"api_key":"a-key"}']);
    const spaced = await np(list, { env: { NP_TOKEN: 'my secret' } });
    expect([spaced.code, spaced.stderr]).toEqual([2, expect.not.stringContaining('my secret')]);
  });

  test('a key that is refused, and an address without a token call, are told as what they are', async () => {
    api.answerToken({ status: 401, json: { message: 'Unauthorized' } });
    expect((await np(list)).stderr).toBe('The API key is not accepted (HTTP 401)\n');
    api.answerToken({ status: 404, json: { message: 'Route POST:/ci/token not found' } });
    expect((await np(list, { env: { NP_API_BASE: `${api.url}/ci` } })).stderr).toBe(
      `${api.url}/ci/token is not there (HTTP 404): NULLPLATFORM_HOST or NP_API_BASE says where the API is\n`,
    );
    expect(api.requests).toEqual([]);
  });

  test('the exchange of the key is tried again, what comes after it is not', async () => {
    api.answerToken({ status: 503 }, { status: 503 });
    const { code, waits } = await np(['deployment', 'create', '--body', '{}']);
    expect([code, api.tokenRequests.length, waits]).toEqual([0, 3, [250, 500]]);
  });

  test('a token that has run out is replaced once', async () => {
    api.answer((_request, index) => (index === 0 ? { status: 401 } : { json: { results: [] } }));
    expect((await np(list)).code).toBe(0);
    expect(api.tokenRequests).toHaveLength(2);
  });

  test('np token create prints what the key was exchanged for', async () => {
    const { stdout } = await np(['token', 'create', '--query', '.access_token']);
    expect(stdout).toBe('the-token\n');
  });
});

describe('what comes back', () => {
  test('an error is its message on standard error, and exit status 1', async () => {
    api.answer(() => ({ status: 400, json: { statusCode: 400, message: 'Missing parameter: status' } }));
    const result = await np(['release', 'create', '--body', '{}']);
    expect(result).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'Missing parameter: status (HTTP 400)\n',
    });
  });

  test.each([408, 409, 429, 502, 503, 504])('a GET that is answered %i is asked again', async (status) => {
    api.answer((_request, index) => (index < 2 ? { status } : { json: { results: [] } }));
    const { code, waits } = await np(['build', 'list', '--application_id', '4']);
    expect([code, api.requests.length, waits]).toEqual([0, 3, [250, 500]]);
  });

  test('a GET whose connection breaks is asked again, too', async () => {
    api.answer((_request, index) => (index < 1 ? { isCut: true } : { json: { results: [] } }));
    const { code, waits } = await np(['build', 'list', '--application_id', '4']);
    expect([code, api.requests.length, waits]).toEqual([0, 2, [250]]);
  });

  test('Retry-After says when, and four tries are enough', async () => {
    api.answer(() => ({ status: 503, headers: { 'retry-after': '2' }, text: '<html>' }));
    const { code, waits, stderr } = await np(['build', 'list', '--application_id', '4']);
    expect([code, api.requests.length, waits]).toEqual([1, 4, [2000, 2000, 2000]]);
    expect(stderr).toBe('The API refused (HTTP 503)\n');
  });

  test('what is no GET is not sent twice, and no other refusal is asked again', async () => {
    api.answer(() => ({ status: 503 }));
    await np(['deployment', 'create', '--body', '{}']);
    expect(api.requests).toHaveLength(1);
    api.clear();
    api.answer(() => ({ status: 404, json: { message: 'Deployment not found' } }));
    expect((await np(['deployment', 'read', '--id', '6'])).code).toBe(1);
    expect(api.requests).toHaveLength(1);
  });

  test('nobody at the address is told in one line', async () => {
    const { code, stderr } = await np(['deployment', 'read', '--id', '6'], {
      env: { NP_API_BASE: 'http://127.0.0.1:1', NP_TOKEN: 'mine' },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Nobody answers at http:\/\/127.0.0.1:1 \(ECONNREFUSED\).*\n$/);
  });

  test('--format bash is safe to eval, whatever the API says', async () => {
    api.answer(() => ({ json: { id: 6, description: "it's $(touch x) `y`\n", commit: { id: 'c0' } } }));
    const bash = ['build', 'read', '--id', '6', '--format', 'bash'];
    expect((await np([...bash, '--bash-prefix', 'B'])).stdout).toBe(
      "B_ID='6'\nB_DESCRIPTION='it'\\''s $(touch x) `y`\n'\nB_COMMIT_ID='c0'\n",
    );
    expect((await np([...bash, '--bash-prefix', '; rm'])).code).toBe(2);
  });

  test('--no-output prints no answer', async () => {
    api.answer(() => ({ json: { id: 6 } }));
    expect((await np(['build', 'read', '--id', '6', '--no-output'])).stdout).toBe('');
  });

  test('an id that is empty, as of a variable without a value, calls nothing', async () => {
    const { code, stderr } = await np(['scope', 'delete', '--id', '']);
    expect([code, stderr, api.requests]).toEqual([2, '--id is empty\n', []]);
  });

  test('ids are escaped in the path', async () => {
    await np(['build', 'read', '--id', '../account/2?x=1']);
    expect(api.requests[0]?.path).toBe('/build/..%2Faccount%2F2%3Fx%3D1');
  });
});
