import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Field, startField } from './deployments-setup.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

let field: Field;
let scope: Json;
let good: number;

beforeAll(async () => {
  // What is good has to be healthy within it, on a busy machine too.
  field = await startField({ settings: { deploymentWaitSeconds: 10, deploymentFinalizeSeconds: 1 } });
  good = await field.release({ version: 'good' });
  scope = await field.scope('failing', { capabilities: { fixed_instances: 1 } });
});
afterAll(() => field.close());

test('25. an initial deployment that is cancelled leaves nothing behind', async () => {
  const slow = await field.release({ version: 'slow', health: 'slow' });
  const { json } = await field.deploy(scope.id, slow);
  await field.until(json.id, (now) => now.strategy_data.launched_instances === 1);
  expect((await field.patch(json.id, { status: 'cancelling' })).status).toBe(204);
  await field.untilStatus(json.id, 'cancelled');
  expect((await field.server.api(`/scope/${scope.id}`)).json).toMatchObject({
    active_deployment: null,
    in_progress_deployment: null,
  });
  expect((await field.visit(scope)).status).toBe(404);
  const left = await field.server.api(`/telemetry/instance?application_id=4&scope_id=${scope.id}`);
  expect(left.json.results).toEqual([]);
});

test('35, 36, 37. a blue-green deployment that is cancelled before it runs leaves the old version alone', async () => {
  const { id: active } = await field.rollOut(scope.id, good);
  const slow = await field.release({ version: 'slow', health: 'slow' });
  const refused = async (id: number, status: string) => {
    const { status: code, json } = await field.patch(id, { status });
    return [code, json?.message];
  };
  for (const isWaiting of [false, true]) {
    const { json } = await field.deploy(scope.id, slow);
    if (isWaiting) {
      await field.until(json.id, (now) => now.status === 'waiting_for_instances');
      expect(await refused(json.id, 'finalizing')).toEqual([
        400,
        'Invalid status transition: waiting_for_instances -> finalizing',
      ]);
    }
    expect((await field.patch(json.id, { status: 'cancelling' })).status).toBe(204);
    await field.untilStatus(json.id, 'cancelled');
    for (const status of ['cancelling', 'finalizing']) {
      expect(await refused(json.id, status)).toEqual([
        400,
        `Invalid status transition: cancelled -> ${status}`,
      ]);
    }
    expect((await field.visit(scope)).text).toBe('good');
    expect((await field.server.api(`/scope/${scope.id}`)).json).toMatchObject({
      active_deployment: active,
      in_progress_deployment: null,
    });
  }
});

test.concurrent.for([
  ['never', /not listening on port \d+/],
  ['status-500', /\/health answered status 500/],
  ['slow', /probe of \/health timed out/],
  ['crash', /process crashed with exit code 7/],
] as const)(
  '36, 40, 41. a version whose health is %s fails, and the log says why',
  async ([health, expected], { expect }) => {
    const own = await field.scope(health, { capabilities: { fixed_instances: 1 } });
    await field.rollOut(own.id, good);
    const bad = await field.release({ version: 'bad', health, exitCode: 7 });
    const { json } = await field.deploy(own.id, bad);
    const failed = await field.untilStatus(json.id, 'failed');
    expect(failed.status_in_scope).toBe('inactive');
    const cancelled = await field.patch(json.id, { status: 'cancelling' });
    expect([cancelled.status, cancelled.json.message]).toEqual([
      400,
      'Invalid status transition: failed -> cancelling',
    ]);
    const errors = (await field.messages(json.id)).filter(({ level }) => level === 'ERROR');
    expect(errors.map(({ message }) => message)).toContainEqual(expect.stringMatching(expected));
    expect((await field.visit(own)).text).toBe('good');
    expect((await field.server.api(`/scope/${own.id}`)).json.in_progress_deployment).toBeNull();
  },
);

test('48. a deployment that has had all traffic for long is finalised by the platform', async () => {
  const next = await field.release({ version: 'next' });
  const { id } = await field.rollOut(scope.id, next);
  await field.patch(id, { strategy_data: { desired_switched_traffic: 100 } });
  await field.untilStatus(id, 'finalized');
  expect((await field.visit(scope)).text).toBe('next');
});

test('50. a restart of the platform in the middle of a rollout changes nothing of its end', async () => {
  const { json } = await field.deploy(scope.id, good);
  await field.server.crash();
  await field.untilStatus(json.id, 'running');
  await field.patch(json.id, { status: 'finalizing' });
  await field.server.crash();
  await field.untilStatus(json.id, 'finalized');
  expect((await field.visit(scope)).text).toBe('good');
});
