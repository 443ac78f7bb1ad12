import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NullplatformServer, startNullplatform, successfulBuild } from './setup.ts';

// Values that fail when they are made a text or a number: what strangers send is never a failure of the server.

const odd = { toString: 1, valueOf: 1 };

let server: NullplatformServer;
let build: number;
let release: number;
beforeAll(async () => {
  server = await startNullplatform();
  ({ buildId: build } = await successfulBuild(server, 4));
  const body = { application_id: 4, build_id: build, status: 'active' };
  release = (await server.api('/release', { json: body })).json.id;
});
afterAll(() => server.close());

test('an object with a toString of its own is refused where a word or a number belongs', async () => {
  const nrn = 'organization=1:account=2:namespace=3:application=4';
  const parameter = await server.api('/parameter', { json: { nrn, name: 'A', variable: 'A' } });
  const calls: readonly (readonly [string, string, object])[] = [
    ['PATCH', '/deployment_group/42', { status: odd }],
    ['PATCH', '/deployment/42', { status: odd, strategy_data: { desired_switched_traffic: odd } }],
    ['PATCH', `/release/${release}`, { semver: odd }],
    ['PUT', `/release/${release}`, { build_id: odd }],
    ['POST', `/parameter/${parameter.json.id}/value`, { nrn: odd, value: 'x' }],
    ['POST', '/release', { status: odd, build_id: build, application_id: 4 }],
    ['POST', '/build', { application_id: 4, commit: odd }],
  ];
  for (const [method, path, json] of calls) {
    const answer = await server.api(path, { method, json });
    expect([method, path, answer.status, typeof answer.json.message]).toEqual([method, path, 400, 'string']);
  }
});

test('a scope and a strategy that say such things are followed by what is standard', async () => {
  const capabilities = { health_check: { type: odd, path: odd, timeout_seconds: odd }, fixed_instances: odd };
  const requested_spec = { memory_in_gb: odd };
  const json = {
    application_id: 4,
    name: 'odd',
    type: 'web_pool',
    hosts: ['s1'],
    capabilities,
    requested_spec,
  };
  const scope = await server.api('/scope', { json });
  expect(scope.status).toBe(200);
  const parameters = { traffic: { steps: [{ percentage: 10, interval: odd }] } };
  const strategy = await server.api('/deployment_strategy', { json: { name: 'odd', parameters } });
  expect(strategy.status).toBe(200);
  const wish = { scope_id: scope.json.id, release_id: release, external_strategy_id: strategy.json.id };
  expect((await server.api('/deployment', { json: wish })).status).toBe(200);
});

test('an application with more secrets and files than a hundred is deployed', async () => {
  const json = { name: 'many', namespace_id: 3, repository_url: 'https://git.example.com/acme/many' };
  const { id, nrn } = (await server.api('/application', { json })).json;
  const values = [{ nrn, value: 'x' }];
  const made = await Promise.all(
    Array.from({ length: 101 }, (_, number) => [
      { nrn, name: `secret ${number}`, variable: `SECRET_${number}`, secret: true, values },
      { nrn, name: `file ${number}`, type: 'file', destination_path: `/many/${number}`, values },
    ])
      .flat()
      .map((parameter) => server.api('/parameter', { json: parameter })),
  );
  expect(made.filter(({ status }) => status !== 200).map(({ text }) => text)).toEqual([]);
  const { buildId } = await successfulBuild(server, id);
  const body = { application_id: id, build_id: buildId, status: 'active' };
  const release = (await server.api('/release', { json: body })).json.id;
  const place = { application_id: id, name: 'many', type: 'web_pool', hosts: ['s1'] };
  const scope = (await server.api('/scope', { json: place })).json.id;
  const deployed = await server.api('/deployment', { json: { scope_id: scope, release_id: release } });
  expect([deployed.status, deployed.json.message]).toEqual([200, undefined]);
});
