import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Field, startField } from './deployments-setup.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

let field: Field;
let production: Json;
let v1: number;
let v2: number;
/** The blue-green deployment that several tests follow. */
let second: Json;

beforeAll(async () => {
  field = await startField();
  production = (await field.server.api('/scope/5')).json;
  v1 = await field.release({ version: 'one' });
  v2 = await field.release({ version: 'two' });
  const nrn = 'organization=1:account=2:namespace=3:application=4';
  for (const [variable, ...values] of [
    ['COLOUR', { nrn, value: 'of all scopes' }, { nrn: `${nrn}:scope=5`, value: 'of this scope' }],
    ['SHAPE', { nrn, value: 'of all scopes' }],
  ] as const) {
    const parameter = { nrn, name: variable, variable, type: 'environment', values };
    const { status, text } = await field.server.api('/parameter', { json: parameter });
    if (status !== 200) throw new Error(text);
  }
});
afterAll(() => field.close());

const instances = async () =>
  (await field.server.api('/telemetry/instance?application_id=4&scope_id=5')).json.results;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** 204 with nothing behind it, or why it was refused with 400. */
const statusAfter = async (id: number, body: Json) => {
  const { status, json, text } = await field.patch(id, body);
  return status === 400 ? json.message : text === '' ? status : text;
};

test('20, 22, 42, 52. the first deployment of a scope is initial and finalizes by itself', async () => {
  const { status, json } = await field.deploy(5, v1);
  expect(status).toBe(200);
  expect(json).toMatchObject({
    ...{ strategy: 'initial', status: 'creating', status_in_scope: 'candidate', strategy_data: {} },
    ...{ messages: [], scope_id: 5, release_id: v1, application_id: 4, updated_by: null },
    deployment_token: expect.stringMatching(/^ndp-[0-9a-f-]{36}$/),
    nrn: `organization=1:account=2:namespace=3:application=4:scope=5:deployment=${json.id}`,
    status_started_at: { creating: expect.stringMatching(time) },
    ...{ created_at: expect.stringMatching(time), updated_at: expect.stringMatching(time) },
    expires_at: expect.stringMatching(time),
  });
  const counts: number[] = [];
  const ended = await field.until(json.id, ({ status: now, strategy_data: data }) => {
    counts.push(data.healthy_instances ?? 0);
    return now === 'finalized';
  });
  expect(counts).toEqual([...counts].sort());
  expect(ended.strategy_data).toMatchObject({
    ...{ amount_instances_to_wait: 2, launched_instances: 2, healthy_instances: 2 },
    ...{ switched_traffic: 100, desired_switched_traffic: 100 },
  });
  expect(Object.keys(ended.status_started_at)).toEqual([
    ...['creating', 'waiting_for_instances', 'running', 'finalized'],
  ]);
  const times: string[] = Object.values(ended.status_started_at);
  expect(times).toEqual(times.toSorted());
  expect(ended.status_in_scope).toBe('active');
});

test('23, 24. then the scope shows it as the active one, and lists of scopes do not', async () => {
  const scope = (await field.server.api('/scope/5')).json;
  const { id } = (await field.server.api('/deployment?scope_id=5')).json.results[0];
  expect(scope).toMatchObject({
    ...{ active_deployment: id, current_active_deployment: id, in_progress_deployment: null },
    asset_name: 'main',
  });
  const { results } = (await field.server.api('/scope?application_id=4')).json;
  expect(results.length).toBeGreaterThan(0);
  for (const listed of results) {
    for (const name of ['active_deployment', 'current_active_deployment', 'in_progress_deployment']) {
      expect(listed).not.toHaveProperty(name);
    }
  }
  expect((await field.visit(production)).text).toBe('one');
});

test('49. an instance is given who it is', async () => {
  const { json } = await field.server.api('/deployment?scope_id=5');
  const environment = JSON.parse((await field.visit(production, '/env')).text);
  expect(environment).toMatchObject({
    ...{ NP_ACCOUNT: 'shop', NP_NAMESPACE: 'web', NP_APPLICATION: 'storefront', NP_SCOPE: 'production' },
    NP_DEPLOYMENT_ID: String(json.results[0].id),
    NP_RELEASE_SEMVER: '0.0.1',
    NP_DOMAIN: production.domain,
    NP_DIMENSION_ENVIRONMENT: 'production',
    NP_DEPLOYMENT_TOKEN: json.results[0].deployment_token,
    ...{ COLOUR: 'of this scope', SHAPE: 'of all scopes' },
  });
});

test('26, 44. the second deployment is blue-green, runs at 0 % and stays there', async () => {
  const { json } = await field.deploy(5, v2);
  expect(json.strategy).toBe('blue_green');
  second = await field.untilStatus(json.id, 'running');
  expect(second.strategy_data).toEqual({
    ...{ desired_switched_traffic: 0, switched_traffic: 0, amount_instances_to_wait: 2 },
    ...{ launched_instances: 2, healthy_instances: 2 },
  });
  expect(await field.split(production, 20)).toEqual({ one: 20 });
  expect((await field.read(second.id)).status).toBe('running');
  const running = await field.server.api('/deployment?scope_id=5&status=running');
  expect(running.json.results.map((row: Json) => row.id)).toEqual([second.id]);
});

test('27. another deployment of the scope is refused meanwhile, one of another scope is not', async () => {
  const refused = await field.deploy(5, v2);
  expect([refused.status, refused.json.message]).toEqual([
    400,
    'There is already a running deployment for this scope',
  ]);
  const other = await field.scope('staging', { capabilities: { fixed_instances: 1 } });
  expect((await field.rollOut(other.id, v1)).status).toBe('finalized');
});

test('29, 38. moving 25 % of the traffic is answered at once and measurable soon', async () => {
  const move = { strategy_data: { desired_switched_traffic: 25 } };
  expect(await statusAfter(second.id, move)).toBe(204);
  const moved = await field.until(second.id, (now) => now.strategy_data.switched_traffic === 25);
  expect(moved.strategy_data).toEqual({
    ...second.strategy_data,
    ...{ desired_switched_traffic: 25, switched_traffic: 25 },
  });
  const { two = 0 } = await field.split(production, 400);
  expect(two).toBeGreaterThan(60);
  expect(two).toBeLessThan(140);
  expect(await statusAfter(second.id, move)).toBe(204);
});

test.each([101, -1, 'x', 12.5, null])('30. %s is no share of the traffic', async (desired) => {
  const body = { strategy_data: { desired_switched_traffic: desired } };
  expect(await statusAfter(second.id, body)).toBe(
    'Invalid parameter: strategy_data.desired_switched_traffic',
  );
  expect((await field.read(second.id)).strategy_data.desired_switched_traffic).toBe(25);
});

test('39. a status that is none, and a deployment that is none', async () => {
  expect(await statusAfter(second.id, { status: 'banana' })).toBe('Invalid status: banana');
  expect(await statusAfter(second.id, { status: '' })).toBe('Invalid status: ');
  expect(await statusAfter(second.id, {})).toBe(204);
  for (const answer of [
    await field.patch(42, { status: 'cancelling' }),
    await field.server.api('/deployment/42'),
  ]) {
    expect([answer.status, answer.json.message]).toEqual([404, 'Deployment not found']);
  }
  expect((await field.server.api('/deployment/x')).json.message).toBe('Invalid id');
});

test('31. lowering the share to 0 sends everybody back, and the deployment runs on', async () => {
  await field.patch(second.id, { strategy_data: { desired_switched_traffic: 0 } });
  await field.until(second.id, (now) => now.strategy_data.switched_traffic === 0);
  expect(await field.split(production, 20)).toEqual({ one: 20 });
  expect((await field.read(second.id)).status).toBe('running');
});

test('32, 33. finalising at 25 % ends with all traffic on the new version, and no request fails', async () => {
  await field.patch(second.id, { strategy_data: { desired_switched_traffic: 25 } });
  await field.until(second.id, (now) => now.strategy_data.switched_traffic === 25);
  const before = (await field.server.api('/scope/5')).json.active_deployment;
  const load = field.load(production);
  const patched = await field.patch(second.id, { status: 'finalizing' });
  expect([patched.status, patched.text]).toEqual([204, '']);
  expect(['finalizing', 'finalized']).toContain((await field.read(second.id)).status);
  const ended = await field.untilStatus(second.id, 'finalized');
  expect(await load.stop()).toEqual([]);
  expect(ended).toMatchObject({
    status_in_scope: 'active',
    strategy_data: { switched_traffic: 100, desired_switched_traffic: 100 },
  });
  expect(await field.split(production, 20)).toEqual({ two: 20 });
  const running = await instances();
  expect(running.map((instance: Json) => instance.deployment_id)).toEqual([second.id, second.id]);
  expect(await field.read(before)).toMatchObject({ status: 'finalized', status_in_scope: 'inactive' });
});

test('34, 51. redeploying what runs is legal, and cancelling it goes back without a failed request', async () => {
  const { id } = await field.rollOut(5, v2);
  await field.patch(id, { strategy_data: { desired_switched_traffic: 60 } });
  await field.until(id, (now) => now.strategy_data.switched_traffic === 60);
  const load = field.load(production);
  expect(await statusAfter(id, { status: 'cancelling' })).toBe(204);
  expect(await statusAfter(id, { status: 'cancelling' })).toBe(204);
  const ended = await field.untilStatus(id, 'rolled_back');
  expect(await load.stop()).toEqual([]);
  expect(ended.status_in_scope).toBe('inactive');
  expect((await field.server.api('/scope/5')).json.active_deployment).toBe(second.id);
  const answers = await Promise.all(Array.from({ length: 20 }, () => field.visit(production, '/env')));
  const serving = new Set(answers.map(({ text }) => JSON.parse(text).NP_DEPLOYMENT_ID));
  expect([...serving]).toEqual([String(second.id)]);
  const running = await instances();
  expect(running.map((instance: Json) => instance.deployment_id)).toEqual([second.id, second.id]);
});

test('36, 37. what has ended is not cancelled or finalised any more', async () => {
  const { results } = (await field.server.api('/deployment?scope_id=5&status=rolled_back')).json;
  const rolledBack = results[0].id;
  expect(await statusAfter(rolledBack, { status: 'cancelling' })).toBe(
    'Invalid status transition: rolled_back -> cancelling',
  );
  expect(await statusAfter(second.id, { status: 'cancelling' })).toBe(
    'Invalid status transition: finalized -> cancelling',
  );
  expect(await statusAfter(second.id, { status: 'finalizing' })).toBe(204);
  expect(await statusAfter(rolledBack, { status: 'finalizing' })).toBe(
    'Invalid status transition: rolled_back -> finalizing',
  );
});

test('43, 44. lists filter, and messages come only when they are asked for', async () => {
  const ids = async (query: string) =>
    (await field.server.api(`/deployment?${query}`)).json.results.map((row: Json) => row.id);
  expect(await ids('scope_id=5&status_in_scope=active')).toEqual([second.id]);
  expect(await ids('scope_id=5&status=running')).toEqual([]);
  expect(await ids('scope_id=5&status=finalized&status_in_scope=inactive')).toHaveLength(1);
  expect(await ids('application_id=4&scope_id=5&status=rolled_back')).toHaveLength(1);
  expect(await ids('application_id=6')).toEqual([]);
  expect(await ids(`nrn=${second.nrn}`)).toEqual([second.id]);
  expect(await ids('nrn=organization=1:account=2:namespace=3&limit=1')).toHaveLength(1);
  expect(await ids('nrn=organization=1:account=77')).toEqual([]);
  const page = await field.server.api(`/deployment?id=${second.id}&include=release,build,scope,application`);
  const [listed] = page.json.results;
  expect(listed.release.id).toBe(second.release_id);
  expect(listed.build.id).toBe(listed.release.build_id);
  expect([listed.scope.id, listed.application.id]).toEqual([5, 4]);
  expect((await field.read(second.id)).messages).toEqual([]);
  const texts = (await field.messages(second.id)).map(({ message }) => message);
  expect(texts).toContain('Status: running');
  expect(texts).toContain('25 % of the traffic goes to this deployment');
  expect((await field.server.api('/deployment?scope_id=5', { as: 'stranger' })).json.paging.total).toBe(0);
});

test('the action log of the scope names every rollout, newest first', async () => {
  const { json } = await field.server.api(`/service/${production.instance_id}/action?limit=200`);
  const own = json.results.filter((action: Json) => action.parameters.deployment_id === String(second.id));
  expect(own.map((action: Json) => [action.slug, action.status])).toEqual([
    ['finalize-blue-green', 'success'],
    ['switch-traffic', 'success'],
    ['switch-traffic', 'success'],
    ['switch-traffic', 'success'],
    ['start-blue-green', 'success'],
  ]);
  const one = await field.server.api(
    `/service/${production.instance_id}/action/${own[0].id}?include_messages=true`,
  );
  expect(one.json.messages.length).toBeGreaterThan(0);
});

test('telemetry answers what instances wrote and what the router measured', async () => {
  const log = await field.server.api('/telemetry/application/4/log?type=application&scope=5');
  expect(log.json.results.map(({ message }: Json) => message)).toContainEqual(
    expect.stringContaining('version two begins on port'),
  );
  const metric = await field.server.api('/telemetry/application/4/metric/http.rpm?scope_id=5&minutes=5');
  expect([metric.status, metric.json.metric]).toEqual([200, 'http.rpm']);
});

test('56. stopping a scope deletes its deployment; the next one is initial', async () => {
  const stopped = await field.server.api('/scope/5', { method: 'PATCH', json: { status: 'stopping' } });
  expect([stopped.status, stopped.text]).toEqual([204, '']);
  await field.untilStatus(second.id, 'deleted');
  const scope = (await field.server.api('/scope/5')).json;
  expect(scope).toMatchObject({ status: 'stopped', active_deployment: null });
  const answer = await field.visit(production);
  expect([answer.status, answer.text]).toEqual([404, '404 scope not found or has not been deployed yet']);
  expect(await instances()).toEqual([]);
  const again = await field.deploy(5, v1);
  expect(again.json.strategy).toBe('initial');
  await field.untilStatus(again.json.id, 'finalized');
  expect((await field.server.api('/scope/5')).json.status).toBe('active');
});

test('55. deleting a scope gives its name back and ends what it runs', async () => {
  const scope = await field.scope('short lived', { capabilities: { fixed_instances: 1 } });
  const { id } = await field.rollOut(scope.id, v1);
  const deleted = await field.server.api(`/scope/${scope.id}`, { method: 'DELETE' });
  expect([deleted.status, deleted.text]).toEqual([204, '']);
  const { name } = (await field.server.api(`/scope/${scope.id}`)).json;
  expect(name).toMatch(/^deleted-\d{13}-short lived$/);
  await field.untilStatus(id, 'deleted');
  expect((await field.server.api(`/scope/${scope.id}`)).json.status).toBe('deleted');
  expect((await field.visit(scope)).status).toBe(404);
});
