import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../../src/storage/index.ts';
import { type NullplatformServer, startNullplatform } from './setup.ts';

// Contract nullplatform 6.5, continuous delivery.

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

const clock = new ManualClock();
let server: NullplatformServer;
beforeAll(async () => {
  server = await startNullplatform({ clock });
});
afterAll(() => server.close());

/** A scope of application 4 that follows a branch of its own name, and is run by an agent: it takes any asset. */
async function scopeOf(branch: string, more: Json = {}): Promise<number> {
  const capabilities = { continuous_delivery: { enabled: true, branches: [branch] } };
  const json = { application_id: 4, name: branch, type: 'custom', capabilities, ...more };
  const { status, json: scope, text } = await server.api('/scope', { json });
  if (status !== 200) throw new Error(text);
  return scope.id;
}

async function buildOf(branch: string, status = 'in_progress'): Promise<number> {
  const json = { application_id: 4, commit: { id: 'c0ffee' }, branch, status };
  return (await server.api('/build', { json })).json.id;
}

async function succeed(build: number): Promise<void> {
  await server.api(`/build/${build}`, { method: 'PATCH', json: { status: 'successful' } });
}

async function register(build_id: number, name = 'main'): Promise<void> {
  const json = { build_id, name, type: 'lambda', url: `https://bundles.example.com/${name}.zip` };
  const { status, text } = await server.api('/asset', { json });
  expect([status, text]).toEqual([200, expect.stringContaining(name)]);
}

/** The releases that were deployed to the scope, the newest first, by their builds. */
async function delivered(scope: number): Promise<number[]> {
  const { json } = await server.api(`/deployment?scope_id=${scope}&include=release`);
  return json.results.map(({ release }: Json) => release.build_id);
}

async function messages(scope: number): Promise<string[]> {
  const { json } = await server.api(`/scope/${scope}?include_messages=true`);
  return json.messages.map(({ message }: Json) => message);
}

test('a build of a listed branch that succeeds is released, and deployed or told why not', async () => {
  const capabilities = { continuous_delivery: { enabled: true, branches: ['main'] } };
  const json = { name: 'hostless', namespace_id: 3, repository_url: 'https://git.example.com/acme/hostless' };
  const { id } = (await server.api('/application', { json })).json;
  const scope = await server.api('/scope', {
    json: { application_id: id, name: 'auto', type: 'web_pool', capabilities, hosts: [] },
  });
  for (const branch of ['side', 'main']) {
    const build = await server.api('/build', {
      json: { application_id: id, commit: { id: 'abc' }, branch },
    });
    await server.api('/asset', {
      json: { build_id: build.json.id, type: 'bundle', url: 'https://x.example/a.tgz' },
    });
    await server.api(`/build/${build.json.id}`, { method: 'PATCH', json: { status: 'successful' } });
  }
  const releases = (await server.api(`/release?application_id=${id}`)).json.results;
  expect(releases).toMatchObject([{ semver: '0.0.1', status: 'active' }]);
  const { messages } = (await server.api(`/scope/${scope.json.id}?include_messages=true`)).json;
  expect(messages).toContainEqual({
    level: 'WARNING',
    message: expect.stringContaining('was not deployed by itself: The scope has no hosts'),
    timestamp: expect.any(Number),
  });
});

test('an asset that is there when its build succeeds is deployed, once', async () => {
  const scope = await scopeOf('prompt');
  const build = await buildOf('prompt');
  await register(build);
  expect(await delivered(scope)).toEqual([]);
  await succeed(build);
  await succeed(build);
  await register(build, 'another');
  expect(await delivered(scope)).toEqual([build]);
});

test.each(['in_progress', 'successful'])(
  'an asset that comes after its build, made as %s, has succeeded is deployed then, once',
  async (status) => {
    const branch = `late-${status}`;
    const scope = await scopeOf(branch);
    const build = await buildOf(branch, status);
    await succeed(build);
    expect(await delivered(scope)).toEqual([]);
    expect((await messages(scope)).join()).toMatch(
      /^Release \S+ is deployed as soon as its build has an asset$/,
    );
    await register(build);
    await register(build, 'another');
    expect(await delivered(scope)).toEqual([build]);
    const { json } = await server.api(`/release?application_id=4&build_id=${build}`);
    expect(json.paging.total).toBe(1);
  },
);

test('a scope waits for the asset of its name', async () => {
  const scope = await scopeOf('named', { asset_name: 'wanted' });
  const build = await buildOf('named');
  await register(build, 'other');
  await succeed(build);
  await register(build, 'third');
  expect(await delivered(scope)).toEqual([]);
  expect((await messages(scope)).join()).toMatch(/as soon as its build has the asset wanted$/);
  await register(build, 'wanted');
  expect(await delivered(scope)).toEqual([build]);
});

test('an asset that is registered before its bytes are pushed is deployed with them, once', async () => {
  const scope = await scopeOf('pushed');
  const build = await buildOf('pushed');
  await succeed(build);
  const asset = await server.api(`/ci/build/${build}/asset`, { as: 'ci', json: { type: 'bundle' } });
  expect(await delivered(scope)).toEqual([]);
  const { pathname, search } = new URL(asset.json.targets[0].url);
  for (const _again of [1, 2]) {
    const put = { method: 'PUT', url: pathname + search, payload: 'bytes' } as const;
    expect((await server.server.app.inject(put)).statusCode).toBe(200);
  }
  expect(await delivered(scope)).toEqual([build]);
});

test('what somebody has deployed already is not deployed again, nor what is not to be deployed any more', async () => {
  const scope = await scopeOf('by hand', { asset_name: 'second' });
  const build = await buildOf('by hand');
  await register(build, 'first');
  await succeed(build);
  const [release] = (await server.api(`/release?application_id=4&build_id=${build}`)).json.results;
  const json = { scope_id: scope, release_id: release.id, asset_name: 'first' };
  const made = await server.api('/deployment', { json });
  await server.api(`/deployment/${made.json.id}`, { method: 'PATCH', json: { status: 'cancelling' } });
  await server.api(`/deployment/${made.json.id}`, {
    method: 'PATCH',
    json: { status: 'cancelled' },
    as: 'agent',
  });
  await server.api(`/scope/${scope}`, { method: 'PATCH', json: { asset_name: 'second' } });
  await register(build, 'second');
  expect(await delivered(scope)).toEqual([build]);

  const withdrawn = await scopeOf('withdrawn');
  const other = await buildOf('withdrawn', 'successful');
  const [its] = (await server.api(`/release?application_id=4&build_id=${other}`)).json.results;
  await server.api(`/release/${its.id}`, { method: 'PATCH', json: { status: 'deprecated' } });
  await register(other);
  expect(await delivered(withdrawn)).toEqual([]);
});

test('the late asset of an old build does not take the place of a newer one', async () => {
  const scope = await scopeOf('overtaken');
  const old = await buildOf('overtaken', 'successful');
  clock.advance(1000);
  const newer = await buildOf('overtaken');
  await register(newer);
  await succeed(newer);
  const [deployment] = (await server.api(`/deployment?scope_id=${scope}`)).json.results;
  await server.api(`/deployment/${deployment.id}`, {
    method: 'PATCH',
    json: { status: 'running' },
    as: 'agent',
  });
  await register(old);
  expect(await delivered(scope)).toEqual([newer]);
});

test('what the engine refuses is not left half made: the call that asked for it fails, and the scope is free', async () => {
  const scope = await scopeOf('odd', { type: 'web_pool', hosts: ['s1'] });
  const build = await buildOf('odd');
  const url = `registry.example.com/${'x'.repeat(2000)}`;
  const asset = { build_id: build, type: 'docker-image', url };
  expect((await server.api('/asset', { json: asset })).status).toBe(200);
  const json = { status: 'successful' };
  const { status, text } = await server.api(`/build/${build}`, { method: 'PATCH', json });
  expect([status, text]).toEqual([400, expect.stringContaining('The plan is wrong')]);
  expect((await server.api(`/build/${build}`)).json.status).toBe('in_progress');
  expect((await server.api(`/scope/${scope}`)).json.in_progress_deployment).toBe(null);
  expect(await delivered(scope)).toEqual([]);
});
