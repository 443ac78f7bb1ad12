import { afterAll, beforeAll, expect, test } from 'vitest';
import { trafficKind } from '../../../src/dialects/nullplatform/deployments/timer-kinds.ts';
import { adminKey } from '../../harness/server.ts';
import { ShiftedClock } from '../../harness/shifted-clock.ts';
import { until } from '../../harness/waiting.ts';
import { type Field, startField } from './deployments-setup.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

const clock = new ShiftedClock();
let field: Field;
let scope: Json;
let v1: number;
let v2: number;

beforeAll(async () => {
  field = await startField({ clock });
  scope = await field.scope('by strategy', { capabilities: { fixed_instances: 1 } });
  v1 = await field.release({ version: 'one' });
  v2 = await field.release({ version: 'two' });
  await field.rollOut(scope.id, v1);
});
afterAll(() => field.close());

async function strategy(parameters: Json): Promise<number> {
  const { status, json, text } = await field.server.api('/deployment_strategy', {
    json: { name: 'Careful', parameters },
  });
  if (status !== 200) throw new Error(text);
  return json.id;
}

test('strategies are made, read, changed and removed', async () => {
  const id = await strategy({ traffic: { steps: [] } });
  const path = `/deployment_strategy/${id}`;
  const changed = await field.server.api(path, { method: 'PATCH', json: { description: 'slowly' } });
  expect([changed.status, changed.text]).toEqual([204, '']);
  expect((await field.server.api(path)).json).toMatchObject({
    ...{ id, name: 'Careful', description: 'slowly', nrn: 'organization=1' },
    parameters: { traffic: { steps: [] } },
  });
  expect((await field.server.api('/deployment_strategy?name=Careful')).json.paging.total).toBe(1);
  expect((await field.server.api(path, { as: 'stranger' })).status).toBe(401);
  expect((await field.server.api(path, { as: 'developer', method: 'DELETE' })).status).toBe(403);
  expect((await field.server.api(path, { method: 'DELETE' })).status).toBe(204);
  expect((await field.server.api(path)).status).toBe(404);
  const unknown = await field.deploy(scope.id, v2, { external_strategy_id: id });
  expect([unknown.status, unknown.json.message]).toEqual([404, 'Deployment strategy not found']);
});

test('traffic moves by the steps of the strategy that a deployment follows', async () => {
  const steps = [
    { percentage: 30, interval: 0 },
    { percentage: 100, interval: 0 },
  ];
  const rules = [{ metric: 'error_rate', comparison: 'above', threshold: 0.3 }];
  const id = await strategy({ traffic: { steps }, metrics: { rules } });
  const { json } = await field.deploy(scope.id, v2, { external_strategy_id: id });
  expect(json.external_strategy_id).toBe(id);
  await field.until(json.id, (now) => now.strategy_data.switched_traffic === 100);
  const texts = (await field.messages(json.id)).map(({ message }) => message);
  expect(texts).toContain(
    `The strategy's rule ${JSON.stringify(rules[0])} cannot be read and is not followed`,
  );
  expect(texts.filter((text) => text.startsWith('The strategy moves'))).toEqual([
    'The strategy moves 30 % of the traffic to this deployment',
    'The strategy moves 100 % of the traffic to this deployment',
  ]);
  expect((await field.visit(scope)).text).toBe('two');
  await field.patch(json.id, { status: 'finalizing' });
  await field.untilStatus(json.id, 'finalized');
});

/** Whether a step of the deployment's strategy is due at some time. */
async function isStepDue(id: number): Promise<boolean> {
  const rows = await field.server.server.parts.storage.read((reader) =>
    reader
      .tables<{ work: { kind: string; input: string } }>()
      .selectFrom('work')
      .select('input')
      .where('kind', '=', trafficKind)
      .execute(),
  );
  return rows.some(({ input }) => JSON.parse(input).deploymentId === id);
}

test('a strategy moves no traffic any more that a person has moved, and goes on watching its rules', async () => {
  const traffic = {
    steps: [
      { percentage: 30, interval: 0 },
      { percentage: 100, interval: '10m' },
    ],
  };
  const metrics = { rules: [{ metric: 'error_rate', comparison: 'greater_than', threshold: 0.3 }] };
  const id = await strategy({ traffic, metrics });
  const { json } = await field.deploy(scope.id, v1, { external_strategy_id: id });
  await field.until(json.id, (now) => now.strategy_data.switched_traffic === 30);
  const page = `/api/slipway/v1/nullplatform/scopes/${scope.id}`;
  const plan = async () => (await field.server.call(page, { key: adminKey })).json.guidance.plan;
  expect(await plan()).toBe('Careful');
  const path = `/deployment/${json.id}`;
  const patch = { method: 'PATCH', json: { strategy_data: { desired_switched_traffic: 5 } } };
  expect((await field.server.api(path, patch)).status).toBe(204);
  await field.until(json.id, (now) => now.strategy_data.switched_traffic === 5);
  const texts = (await field.messages(json.id)).map(({ message }) => message);
  expect(texts.filter((text) => text.startsWith('Traffic is moved by hand'))).toEqual([
    'Traffic is moved by hand from now on: the strategy takes no more steps; its rules are still watched',
  ]);
  expect(await plan()).toBeNull();
  expect(await isStepDue(json.id)).toBe(true);
  clock.pass(11 * 60_000);
  await until(
    async () => ((await isStepDue(json.id)) ? undefined : true),
    'the second step to be passed over',
    100_000,
  );
  expect((await field.read(json.id)).strategy_data).toMatchObject({
    desired_switched_traffic: 5,
    switched_traffic: 5,
  });
});
