import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Field, startField } from './deployments-setup.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

let field: Field;
let scope: Json;
let other: Json;
let v1: number;
let v2: number;

beforeAll(async () => {
  field = await startField();
  v1 = await field.release({ version: 'one' });
  v2 = await field.release({ version: 'two' });
  const capabilities = { fixed_instances: 1 };
  scope = await field.scope('first of the group', { capabilities });
  other = await field.scope('second of the group', { capabilities });
  await Promise.all([field.rollOut(scope.id, v1), field.rollOut(other.id, v1)]);
});
afterAll(() => field.close());

async function make(release: number, scopes: readonly Json[], more: Json = {}): Promise<Json> {
  const deployments = scopes.map(({ id }) => ({ scope_id: id }));
  const json = { application_id: 4, release_id: release, deployments, ...more };
  const { status, json: group, text } = await field.server.api('/deployment_group', { json });
  if (status !== 200) throw new Error(text);
  return group;
}

function patch(id: number, json: Json) {
  return field.server.api(`/deployment_group/${id}`, { method: 'PATCH', json });
}

async function read(id: number): Promise<Json> {
  return (await field.server.api(`/deployment_group?id=${id}&application_id=4`)).json.results[0];
}

test('a group deploys one release to several scopes, and finalises when all of it runs', async () => {
  const made = await make(v2, [scope, other]);
  expect(made).toMatchObject({ application_id: 4, release_id: v2, deployments_amount: 2 });
  for (const { id } of made.deployments) await field.untilStatus(id, 'running');
  expect((await read(made.id)).status).toBe('RUNNING');
  expect((await patch(made.id, { strategy_data: { desired_switched_traffic: 60 } })).status).toBe(204);
  for (const { id } of made.deployments) {
    await field.until(id, (now) => now.strategy_data.switched_traffic === 60);
  }
  expect((await read(made.id)).strategy_data).toEqual({ desired_switched_traffic: 60 });
  expect((await patch(made.id, { status: 'FINALIZING' })).status).toBe(204);
  for (const { id } of made.deployments) {
    expect((await field.untilStatus(id, 'finalized')).deployment_group_id).toBe(made.id);
  }
  expect(await read(made.id)).toMatchObject({ status: 'FINALIZED', last_directive: 'finalizing' });
  expect((await patch(made.id, { status: 'FINALIZING' })).status).toBe(204);
  expect((await patch(made.id, { status: 'CANCELLING' })).json.message).toBe(
    'Invalid status transition: FINALIZED -> cancelling',
  );
});

test('a member is ended by itself, and the group cancels the rest', async () => {
  const made = await make(v1, [scope, other]);
  const [first, second] = made.deployments;
  for (const { id } of made.deployments) await field.untilStatus(id, 'running');
  await field.patch(first.id, { status: 'finalizing' });
  await field.untilStatus(first.id, 'finalized');
  expect((await read(made.id)).status).toBe('RUNNING');
  for (const _again of [1, 2]) {
    expect((await patch(made.id, { status: 'CANCELING' })).status).toBe(204);
  }
  await field.untilStatus(second.id, 'rolled_back');
  expect((await read(made.id)).status).toBe('FINALIZED');
});

test('a group of which a part does not run yet is not cancelled, but rolled back', async () => {
  const slow = await field.release({ version: 'slow', health: 'slow' });
  const made = await make(slow, [scope, other]);
  const refused = await patch(made.id, { status: 'CANCELING' });
  expect([refused.status, refused.json.message]).toEqual([
    400,
    'Invalid status transition: PENDING -> cancelling',
  ]);
  for (const _again of [1, 2]) {
    expect((await patch(made.id, { status: 'rolling_back' })).status).toBe(204);
  }
  for (const { id } of made.deployments) await field.untilStatus(id, 'cancelled');
  expect(await read(made.id)).toMatchObject({ status: 'CANCELED', last_directive: 'rolling_back' });
});

test('a deployment joins a group of its own application and release only', async () => {
  const group = await make(v1, [scope]);
  const joining = (release: number, id: number) =>
    field.deploy(other.id, release, { deployment_group_id: id });
  const unknown = await joining(v1, 424_242);
  expect([unknown.status, unknown.json.message]).toEqual([404, 'Deployment group not found']);
  const foreign = await joining(v2, group.id);
  expect([foreign.status, foreign.json.message]).toEqual([400, 'The deployment group is of another release']);
  const joined = await joining(v1, group.id);
  expect(joined.json.deployment_group_id).toBe(group.id);
  expect((await read(group.id)).deployments_amount).toBe(2);
  await patch(group.id, { status: 'rolling_back' });
  for (const { id } of (await read(group.id)).deployments) {
    await field.until(id, (now) => ['cancelled', 'rolled_back'].includes(now.status));
  }
});

test('a group of which one scope is busy is not made at all', async () => {
  const { json: busy } = await field.deploy(scope.id, v1);
  const idle = await field.scope('idle');
  const made = await field.server.api('/deployment_group', {
    json: { application_id: 4, release_id: v1, scopes: [idle.id, scope.id] },
  });
  expect([made.status, made.json.message]).toEqual([
    400,
    'There is already a running deployment for this scope',
  ]);
  expect((await field.server.api(`/deployment?scope_id=${idle.id}`)).json.paging.total).toBe(0);
  await field.patch(busy.id, { status: 'cancelling' });
});
