import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RecordingApi, startRecordingApi } from '../../np/recording-api.ts';
import { runNp } from '../../np/run-np.ts';

let api: RecordingApi;
beforeAll(async () => {
  api = await startRecordingApi();
});
afterAll(() => api.close());
beforeEach(() => api.clear());

const np = (...words: string[]) =>
  runNp(words, { env: { NP_API_BASE: api.url, NULLPLATFORM_API_KEY: 'a-key' } });

/** A command as the vendor's page prints it or the grammar has it, and the request of contract nullplatform 3 that it is. */
const requests: [name: string, words: string[], method: string, path: string, body: object | undefined][] = [
  [
    'np deployment create, as printed',
    [
      'deployment',
      'create',
      '--body',
      '{\n"scope_id": "5",\n"release_id": "7",\n"asset_name": "main" //Optional if the scope has not be deployed before you can see the available assets from build\n}',
    ],
    'POST',
    '/deployment',
    { scope_id: '5', release_id: '7', asset_name: 'main' },
  ],
  [
    'np release create, as printed',
    [
      'release',
      'create',
      '--body',
      '{\n"status":"active",\n"build_id": "991",\napplication_id: 4,\nsemver: 0.0.2, //Usually you can check the last release and use the next semver\n}',
    ],
    'POST',
    '/release',
    { status: 'active', build_id: '991', application_id: 4, semver: '0.0.2' },
  ],
  ['np build list', ['build', 'list', '--application_id', '4'], 'GET', '/build?application_id=4', undefined],
  [
    'np build list with filters',
    ['build', 'list', '--application_id=4', '--commit.id', 'c0ffee', '--branch', 'a b', '--limit', '5'],
    'GET',
    '/build?branch=a+b&commit.id=c0ffee&application_id=4&limit=5',
    undefined,
  ],
  [
    'np deployment patch, cancelling',
    ['deployment', 'patch', '--id', '6', '--body', '{\n"status": "cancelling"\n}'],
    'PATCH',
    '/deployment/6',
    { status: 'cancelling' },
  ],
  [
    'np deployment patch, finalizing',
    ['deployment', 'patch', '--id', '6', '--body', '{\n"status": "finalizing"\n}'],
    'PATCH',
    '/deployment/6',
    { status: 'finalizing' },
  ],
  [
    'np deployment patch, traffic',
    ['deployment', 'patch', '--id=6', '--body={strategy_data: {desired_switched_traffic: 25,},}'],
    'PATCH',
    '/deployment/6',
    { strategy_data: { desired_switched_traffic: 25 } },
  ],
  ['np deployment read', ['deployment', 'read', '--id', '6'], 'GET', '/deployment/6', undefined],
  [
    'np deployment read with messages',
    ['deployment', 'read', '--id', '6', '--include_messages'],
    'GET',
    '/deployment/6?include_messages=true',
    undefined,
  ],
  [
    'np deployment list',
    ['deployment', 'list', '--scope_id', '5', '--status_in_scope', 'active'],
    'GET',
    '/deployment?scope_id=5&status_in_scope=active',
    undefined,
  ],
];

test.each(requests)('58. %s: the request is that of the API', async (_name, words, method, path, body) => {
  const { code, stderr } = await np(...words);
  expect([code, stderr]).toEqual([0, '']);
  expect(api.requests).toHaveLength(1);
  const [request] = api.requests;
  const query = (url = '') => [url.split('?')[0], [...new URLSearchParams(url.split('?')[1])].sort()];
  expect([request?.method, query(request?.path)]).toEqual([method, query(path)]);
  expect(request?.headers.authorization).toBe('Bearer the-token');
  expect(request?.body).toBe(body === undefined ? '' : JSON.stringify(body));
  expect(request?.headers['content-type']).toBe(body === undefined ? undefined : 'application/json');
});

test('58. the key is exchanged once, for the token that the call carries', async () => {
  await np('build', 'list', '--application_id', '4');
  expect(api.tokenRequests.map(({ body, headers }) => [body, headers.authorization])).toEqual([
    ['{"api_key":"a-key"}', undefined],
  ]);
});

test('58. --query .status prints the bare word', async () => {
  api.answer(() => ({ json: { id: 6, status: 'running', strategy_data: { switched_traffic: 25 } } }));
  expect((await np('deployment', 'read', '--id', '6', '--query', '.status')).stdout).toBe('running\n');
});

test('58. a patch prints nothing, because the API answers nothing', async () => {
  api.answer(() => ({ status: 204 }));
  const { code, stdout } = await np('deployment', 'patch', '--id', '6', '--body', '{ status: "cancelling" }');
  expect([code, stdout]).toEqual([0, '']);
});
