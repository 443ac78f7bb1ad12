import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NullplatformServer, startNullplatform, successfulBuild } from './setup.ts';

// Contract nullplatform 2.5: a grant covers what is below its NRN. Below a scope there are its deployments; to deploy
// there, one has to read what all scopes of the application share, and nothing else.

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

const application = 'organization=1:account=2:namespace=3:application=4';

let server: NullplatformServer;
let other: Json;
let build: number;
let asset: number;
let release: number;
/** A deployment to the other scope. */
let beside: number;
/** What a key with this role on the scope 5 only sends with its calls. */
let developer: Record<string, string>;

beforeAll(async () => {
  server = await startNullplatform();
  ({ buildId: build, assetId: asset } = await successfulBuild(server, 4));
  const body = { application_id: 4, build_id: build, status: 'active' };
  release = (await server.api('/release', { json: body })).json.id;
  const scope = { application_id: 4, name: 'beside', type: 'custom' };
  other = (await server.api('/scope', { json: scope })).json;
  const deployment = { scope_id: other.id, release_id: release };
  beside = (await server.api('/deployment', { json: deployment })).json.id;
  developer = await headersOf(`${application}:scope=5`, 'developer');
});
afterAll(() => server.close());

/** A new key with one grant; what its calls send. */
async function headersOf(nrn: string, role_slug: string): Promise<Record<string, string>> {
  const made = await server.api('/api_key', { json: { name: nrn, grants: [{ nrn, role_slug }] } });
  const { json } = await server.call('/token', { json: { api_key: made.json.api_key } });
  return { authorization: `Bearer ${json.access_token}` };
}

async function idsOf(path: string, headers: Record<string, string>): Promise<number[]> {
  const { status, json } = await server.call(path, { headers });
  expect([path, status]).toEqual([path, 200]);
  return (json.results ?? json).map(({ id }: { id: number }) => id);
}

test('a key of one scope finds its release there, deploys it, follows it and takes it back', async () => {
  const headers = developer;
  expect(await idsOf('/application', headers)).toEqual([4]);
  expect(await idsOf('/ci/application', headers)).toEqual([4]);
  expect(await idsOf('/build?application_id=4&status=successful', headers)).toEqual([build]);
  expect(await idsOf(`/asset?build_id=${build}`, headers)).toEqual([asset]);
  expect(await idsOf('/release?application_id=4', headers)).toEqual([release]);
  expect(await idsOf('/scope?application_id=4', headers)).toEqual([5]);
  for (const path of ['/application/4', `/build/${build}`, `/asset/${asset}`, `/release/${release}`]) {
    expect([path, (await server.call(path, { headers })).status]).toEqual([path, 200]);
  }
  const json = { scope_id: 5, release_id: release };
  const made = await server.call('/deployment', { headers, json });
  expect([made.status, made.json.message]).toEqual([200, undefined]);
  const { id } = made.json;
  const read = await server.call(`/deployment/${id}?include=release,build,application,scope`, { headers });
  expect(read.json).toMatchObject({ release: { id: release }, build: { id: build }, scope: { id: 5 } });
  expect(await idsOf('/deployment', headers)).toEqual([id]);
  const patch = { headers, method: 'PATCH', json: { status: 'cancelling' } };
  expect((await server.call(`/deployment/${id}`, patch)).status).toBe(204);
});

test('it sees the instances, logs and measures of its scope, and no other’s', async () => {
  const headers = developer;
  const log = '/telemetry/application/4/log?type=application';
  const metric = '/telemetry/application/4/metric/http.rpm';
  for (const path of [
    ...['/telemetry/instance?application_id=4', '/telemetry/instance?application_id=4&scope_id=5'],
    ...[log, `${log}&scope=5`, `${metric}?scope_id=5`],
  ]) {
    expect([path, (await server.call(path, { headers })).status]).toEqual([path, 200]);
  }
  for (const path of [
    `/telemetry/instance?application_id=4&scope_id=5,${other.id}`,
    `${log}&scope=${other.id}`,
    `${metric}?scope_id=${other.id}`,
  ]) {
    expect([path, (await server.call(path, { headers })).status]).toEqual([path, 403]);
  }
});

test('what is beside its scope or above it is not its own, to read or to change', async () => {
  const group = { application_id: 4, release_id: release, scope_ids: [5] };
  const attempts: readonly (readonly [string, string, object?])[] = [
    ['GET', `/scope/${other.id}`],
    ['GET', `/deployment/${beside}`],
    ['PATCH', `/deployment/${beside}`, { status: 'cancelling' }],
    ['POST', '/deployment', { scope_id: other.id, release_id: release }],
    ['GET', `/service/${other.instance_id}/action`],
    ['GET', '/organization/1'],
    ['GET', '/account/2'],
    ['GET', '/namespace/3'],
    ['GET', '/build?application_id=6'],
    ['GET', '/release?application_id=4,6'],
    ['GET', '/application/6'],
    ['GET', '/ci/application/4/parameter'],
    ['GET', `/nrn/${application}`],
    ['PATCH', '/application/4', { name: 'mine' }],
    ['POST', '/scope', { application_id: 4, name: 'mine', type: 'custom' }],
    ['POST', '/build', { application_id: 4, commit: { id: 'a' } }],
    ['PATCH', `/build/${build}`, { status: 'failed' }],
    ['POST', '/asset', { build_id: build, type: 'bundle', name: 'mine' }],
    ['POST', `/build/${build}/asset_url`],
    ['POST', '/release', { application_id: 4, build_id: build, status: 'active' }],
    ['PATCH', `/release/${release}`, { status: 'deprecated' }],
    ['POST', '/deployment_group', group],
  ];
  for (const [method, path, json] of attempts) {
    const answer = await server.call(path, { headers: developer, method, ...(json ? { json } : {}) });
    expect([method, path, answer.status]).toEqual([method, path, 403]);
  }
  for (const path of ['/account', '/namespace', '/deployment_group']) {
    expect(await idsOf(path, developer)).toEqual([]);
  }
});

test('it sets the values of its scope, and sees no others', async () => {
  const call = (path: string, json?: object, method?: string) =>
    server.call(path, { headers: developer, ...(json ? { json } : {}), ...(method ? { method } : {}) });
  const values = [application, `${application}:scope=${other.id}`].map((nrn) => ({ nrn, value: 'theirs' }));
  const definition = { nrn: application, name: 'Colour', variable: 'COLOUR' };
  const { id } = (await server.api('/parameter', { json: { ...definition, values } })).json;
  const own = { nrn: `${application}:scope=5`, value: 'ours' };
  const set = await call(`/parameter/${id}/value`, own);
  expect([set.status, set.json.value]).toEqual([200, 'ours']);
  for (const path of [`/parameter/${id}`, `/parameter?nrn=${application}:scope=5`]) {
    const { status, text } = await call(path);
    expect([path, status, text.includes('ours'), text.includes('theirs')]).toEqual([path, 200, true, false]);
  }
  const all: Json[] = (await server.api(`/parameter/${id}`)).json.values;
  for (const value of all) {
    const { nrn } = value;
    const isOwn = nrn === own.nrn;
    expect([nrn, (await call(`/parameter/${id}/value`, { nrn, value: 'ours' })).status === 403]).toEqual([
      nrn,
      !isOwn,
    ]);
  }
  for (const attempt of [
    await call(`/parameter/${id}/value`, { value: 'of all' }),
    await call(`/parameter/${id}`, { name: 'mine' }, 'PATCH'),
    await call(`/parameter/${id}`, undefined, 'DELETE'),
    await call('/parameter', { ...definition, variable: 'MINE' }),
  ]) {
    expect(attempt.status).toBe(403);
  }
  const after: Json[] = (await server.api(`/parameter/${id}`)).json.values;
  expect(after).toHaveLength(3);
  for (const value of after) {
    const { status } = await call(`/parameter/${id}/value/${value.id}`, undefined, 'DELETE');
    expect([value.nrn, status]).toEqual([value.nrn, value.nrn === own.nrn ? 204 : 403]);
  }
});

test('a key that may only read in its scope deploys nothing', async () => {
  const headers = await headersOf(`${application}:scope=5`, 'member');
  expect(await idsOf('/release?application_id=4', headers)).toEqual([release]);
  const json = { scope_id: 5, release_id: release };
  expect((await server.call('/deployment', { headers, json })).status).toBe(403);
});

test('a grant on a scope that was never made reads nothing of its application’s scopes', async () => {
  const headers = await headersOf(`${application}:scope=424242`, 'developer');
  expect(await idsOf('/scope?application_id=4', headers)).toEqual([]);
  expect((await server.call('/telemetry/instance?application_id=4', { headers })).status).toBe(403);
});

test.each([
  ['a scope', 'organization=1:account=2:namespace=3:application=6:scope=5'],
  ['an application', 'organization=1:account=2:namespace=77:application=4'],
  ['a namespace', 'organization=1:account=77:namespace=3'],
])('a grant on %s that stands elsewhere covers nothing', async (_what, nrn) => {
  const headers = await headersOf(nrn, 'admin');
  for (const path of ['/deployment', '/application', '/namespace', '/ci/application', '/approval']) {
    expect([path, await idsOf(path, headers)]).toEqual([path, []]);
  }
  expect((await server.call('/release?application_id=4', { headers })).status).toBe(403);
  expect((await server.call('/scope/5', { headers })).status).toBe(403);
});
