import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NullplatformServer, startNullplatform, successfulBuild } from './setup.ts';

// Contract nullplatform 3.3 and 4.6: a scope whose actions an agent of the organization carries out and reports.

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

let server: NullplatformServer;
let scope: Json;
let release: number;

beforeAll(async () => {
  server = await startNullplatform();
  const build = await server.api('/build', { json: { application_id: 4, commit: { id: 'c0ffee' } } });
  const asset = { build_id: build.json.id, type: 'lambda', url: 'https://bundles.example.com/lambda.zip' };
  await server.api('/asset', { json: asset });
  await server.api(`/build/${build.json.id}`, { method: 'PATCH', json: { status: 'successful' } });
  const body = { application_id: 4, build_id: build.json.id, status: 'active' };
  release = (await server.api('/release', { json: body })).json.id;
  const made = await server.api('/scope', { json: { application_id: 4, name: 'edge', type: 'custom' } });
  scope = made.json;
});
afterAll(() => server.close());

/** A release that hosts can run. */
async function bundle(): Promise<number> {
  const { buildId } = await successfulBuild(server, 4);
  const body = { application_id: 4, build_id: buildId, status: 'active' };
  return (await server.api('/release', { json: body })).json.id;
}

async function deploy(): Promise<number> {
  const { status, json, text } = await server.api('/deployment', {
    json: { scope_id: scope.id, release_id: release },
  });
  if (status !== 200) throw new Error(text);
  return json.id;
}

function patch(id: number, json: Json, as: 'agent' | 'developer' | 'admin') {
  return server.api(`/deployment/${id}`, { method: 'PATCH', json, as });
}

async function report(id: number, json: Json): Promise<void> {
  const { status, text } = await patch(id, json, 'agent');
  expect([status, text]).toEqual([204, '']);
}

async function read(id: number): Promise<Json> {
  return (await server.api(`/deployment/${id}`)).json;
}

/** The newest actions of the scope, as `slug status`. */
async function actions(count: number): Promise<string[]> {
  const { json } = await server.api(`/service/${scope.instance_id}/action?limit=${count}`, { as: 'agent' });
  return json.results.map(({ slug, status }: Json) => `${slug} ${status}`);
}

test('the first deployment is what its agent says', async () => {
  const id = await deploy();
  expect(await actions(1)).toEqual(['start-initial pending']);
  const begun = { amount_instances_to_wait: 3, launched_instances: 1 };
  await report(id, { status: 'waiting_for_instances', strategy_data: begun });
  expect(await actions(1)).toEqual(['start-initial in_progress']);
  expect(await read(id)).toMatchObject({
    status: 'waiting_for_instances',
    strategy_data: { ...begun, healthy_instances: 0 },
  });
  await report(id, { strategy_data: { launched_instances: 3, healthy_instances: 3 } });
  await report(id, { status: 'running' });
  const deployment = await read(id);
  expect(deployment).toMatchObject({
    ...{ status: 'finalized', status_in_scope: 'active' },
    strategy_data: { switched_traffic: 100, launched_instances: 3, healthy_instances: 3 },
  });
  expect(Object.keys(deployment.status_started_at)).toEqual([
    'creating',
    'waiting_for_instances',
    'running',
    'finalized',
  ]);
  expect(await actions(1)).toEqual(['start-initial success']);
  await report(id, { status: 'finalized' });
  expect((await patch(id, { status: 'running' }, 'agent')).json.message).toBe(
    'Invalid status transition: finalized -> running',
  );
});

test('a user moves traffic and finalises, and the agent says when it is done', async () => {
  const id = await deploy();
  await report(id, { status: 'running', strategy_data: { amount_instances_to_wait: 2 } });
  expect((await read(id)).status).toBe('running');
  await patch(id, { strategy_data: { desired_switched_traffic: 25 } }, 'developer');
  expect(await actions(1)).toEqual(['switch-traffic pending']);
  expect((await read(id)).strategy_data).toMatchObject({
    desired_switched_traffic: 25,
    switched_traffic: 0,
  });
  for (const switched_traffic of [26, 101, -1, 12.5, '25', true]) {
    const told = await patch(id, { strategy_data: { switched_traffic } }, 'agent');
    expect([switched_traffic, told.status, told.json?.message]).toEqual([
      ...[switched_traffic, 400],
      'Invalid parameter: strategy_data.switched_traffic',
    ]);
  }
  await report(id, { strategy_data: { switched_traffic: 10 } });
  expect((await read(id)).strategy_data.switched_traffic).toBe(10);
  expect(await actions(1)).toEqual(['switch-traffic in_progress']);
  await report(id, { strategy_data: { switched_traffic: 25 } });
  expect((await read(id)).strategy_data.switched_traffic).toBe(25);
  expect(await actions(1)).toEqual(['switch-traffic success']);
  await patch(id, { status: 'finalizing' }, 'developer');
  await report(id, { status: 'finalized', strategy_data: { switched_traffic: 100 } });
  expect((await server.api(`/scope/${scope.id}`)).json).toMatchObject({
    active_deployment: id,
    in_progress_deployment: null,
  });
  expect(await actions(2)).toEqual(['finalize-blue-green success', 'switch-traffic success']);
});

test('a cancelled start is withdrawn, and its removal is the next action', async () => {
  const id = await deploy();
  await patch(id, { status: 'cancelling' }, 'developer');
  expect(await actions(2)).toEqual(['delete-deployment pending', 'start-blue-green failed']);
  expect((await patch(id, { status: 'running' }, 'agent')).json.message).toBe(
    'Invalid status transition: cancelling -> running',
  );
  await report(id, { status: 'cancelled' });
  expect(await read(id)).toMatchObject({ status: 'cancelled', status_in_scope: 'inactive' });
});

test('a reported failure ends the deployment, and frees the scope', async () => {
  const active = (await server.api(`/scope/${scope.id}`)).json.active_deployment;
  const id = await deploy();
  await report(id, { status: 'failed' });
  expect((await read(id)).status).toBe('failed');
  expect(await actions(1)).toEqual(['start-blue-green failed']);
  expect((await server.api(`/scope/${scope.id}`)).json).toMatchObject({
    active_deployment: active,
    in_progress_deployment: null,
  });
});

test('an agent wishes nothing, a developer reports nothing, and Slipway speaks for what it runs itself', async () => {
  const id = await deploy();
  expect((await patch(id, { status: 'cancelling' }, 'agent')).status).toBe(403);
  expect((await patch(id, { strategy_data: { desired_switched_traffic: 5 } }, 'agent')).status).toBe(403);
  expect((await patch(id, { status: 'running' }, 'developer')).json.message).toBe(
    'Invalid status transition: creating -> running',
  );
  expect((await patch(id, { strategy_data: { healthy_instances: -1 } }, 'agent')).json.message).toBe(
    'Invalid parameter: strategy_data.healthy_instances',
  );
  const { json } = await server.api('/deployment', { json: { scope_id: 5, release_id: await bundle() } });
  const told = await patch(json.id, { status: 'finalized' }, 'agent');
  expect([told.status, told.json.message]).toEqual([
    400,
    expect.stringMatching(/^Invalid status transition: \w+ -> finalized$/),
  ]);
});

test('a scope that stops has its deployment deleted by the agent', async () => {
  const { active_deployment: active, in_progress_deployment: candidate } = (
    await server.api(`/scope/${scope.id}`)
  ).json;
  await server.api(`/scope/${scope.id}`, { method: 'PATCH', json: { status: 'stopping' } });
  await report(candidate, { status: 'cancelled' });
  expect(await actions(1)).toEqual(['delete-deployment pending']);
  await report(active, { status: 'deleted' });
  expect((await server.api(`/scope/${scope.id}`)).json).toMatchObject({
    status: 'stopped',
    active_deployment: null,
  });
});

test('hosts take a scope over from its agent, and an agent from hosts, only while nothing is deployed in it', async () => {
  const json = { application_id: 4, name: 'handed over', type: 'custom' };
  const { id: handed } = (await server.api('/scope', { json })).json;
  const path = `/scope/${handed}`;
  const change = (body: Json) => server.api(path, { method: 'PATCH', json: body });
  const refusal =
    'Who runs the scope cannot change while something is deployed in it: stop the scope before it gets or loses its hosts';
  const deployment = { scope_id: handed, release_id: release };
  const { id } = (await server.api('/deployment', { json: deployment })).json;
  for (const status of ['waiting_for_instances', 'running']) {
    const refused = await change({ hosts: ['s1'] });
    expect([refused.status, refused.json.message]).toEqual([400, refusal]);
    await report(id, { status });
  }
  expect((await change({ hosts: ['s1'] })).json.message).toBe(refusal);
  expect((await change({ hosts: [], tier: 'critical' })).status).toBe(204);
  const application = { id: 4, name: 'storefront', repositoryUrl: 'https://git.example.com/acme/storefront' };
  const scopes = [{ name: 'handed over', type: 'custom', hosts: ['s1'] }];
  const namespaces = [{ id: 3, name: 'web', applications: [{ ...application, scopes }] }];
  const accounts = [{ id: 2, name: 'shop', namespaces }];
  const document = { nullplatform: { organization: { id: 1, name: 'acme' }, accounts } };
  await expect(server.server.management.applyDeclaration({ document, by: 'test' })).rejects.toThrow(refusal);
  await change({ status: 'stopping' });
  await report(id, { status: 'deleted' });
  expect((await change({ hosts: ['s1'] })).status).toBe(204);

  const again = (await server.api('/deployment', { json: { ...deployment, release_id: await bundle() } }))
    .json;
  expect((await change({ hosts: [] })).json.message).toBe(refusal);
  expect((await change({ hosts: ['s2', 's1'] })).status).toBe(204);
  await patch(again.id, { status: 'cancelling' }, 'developer');
});

test('its domain is the one that its agent gives it, and nothing else of a scope is the agent’s', async () => {
  const change = async (id: number, json: Json, as: 'agent' | 'developer' = 'agent') => {
    const answer = await server.api(`/scope/${id}`, { method: 'PATCH', json, as });
    return answer.status === 204 ? 204 : `${answer.status} ${answer.json.message}`;
  };
  const domainOf = async (id: number) => (await server.api(`/scope/${id}`)).json.domain;
  expect(await change(scope.id, { domain: 'Edge.Example.com' })).toBe(204);
  expect(await change(scope.id, { domain: 'edge.example.com' })).toBe(204);
  expect((await server.api(`/scope/${scope.id}`)).json).toMatchObject({
    domain: 'edge.example.com',
    address: 'http://edge.example.com',
  });
  const refused = "403 You're not authorized to perform this operation.";
  expect(await change(scope.id, { domain: 'other.example.com', tier: 'low' })).toBe(refused);
  expect(await change(scope.id, { status: 'stopping' })).toBe(refused);
  expect(await change(5, { domain: 'other.example.com' })).toBe(refused);
  expect(await change(scope.id, { domain: 'no host' })).toBe('400 Invalid parameter: domain');
  expect(await domainOf(scope.id)).toBe('edge.example.com');

  const second = { application_id: 4, name: 'edge two', type: 'serverless' };
  const { id } = (await server.api('/scope', { json: second })).json;
  expect(await change(id, { domain: 'edge.example.com' })).toBe(
    "400 There's already a scope with this domain",
  );
  expect(await change(id, { domain: 'two.example.com', tier: 'low' }, 'developer')).toBe(204);
  expect(await domainOf(id)).toBe('two.example.com');

  // Where Slipway's routers serve the scope, its address is Slipway's own.
  const before = await domainOf(5);
  expect(await change(5, { domain: 'other.example.com' }, 'developer')).toBe(204);
  expect(await domainOf(5)).toBe(before);
});
