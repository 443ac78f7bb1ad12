import { afterAll, beforeAll, expect, test } from 'vitest';
import { ShiftedClock } from '../../harness/shifted-clock.ts';
import { until } from '../../harness/waiting.ts';
import { type Field, startField } from './deployments-setup.ts';
import { declaration, keys } from './setup.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

// The clock only goes forward: what needs the most of it comes last.

const patience = 100_000;
const minute = 60_000;
const day = 1440 * minute;

const clock = new ShiftedClock();
let field: Field;
let one: number;
let two: number;

beforeAll(async () => {
  field = await startField({
    clock,
    declaration: {
      nullplatform: {
        ...declaration.nullplatform,
        approvalPolicies: [{ nrn: 'organization=1', dimensions: { environment: 'guarded' } }],
      },
    },
  });
  one = await field.release({ version: 'one' });
  two = await field.release({ version: 'two' });
});
afterAll(() => field.close());

/** Calls with a token of now: tokens are good for a day. */
async function call(path: string, json?: Json): Promise<Json> {
  const token = await field.server.call('/token', { json: { api_key: keys.admin } });
  const headers = { authorization: `Bearer ${token.json.access_token}` };
  return (await field.server.call(path, { headers, ...(json ? { json } : {}) })).json;
}

async function untilStatus(id: number, status: string): Promise<Json> {
  return await until(
    async () => {
      const deployment = await call(`/deployment/${id}?include_messages=true`);
      return deployment.status === status ? deployment : undefined;
    },
    `deployment ${id} to be ${status}`,
    patience,
  );
}

test('a version of which too many requests fail is rolled back by its strategy', async () => {
  const scope = await field.scope('by rules', { capabilities: { fixed_instances: 1 } });
  await field.rollOut(scope.id, one);
  const parameters = {
    traffic: { steps: [{ percentage: 50, interval: 0 }] },
    metrics: { enabled: true, rules: [{ metric: 'error_rate', comparison: 'greater_than', threshold: 0.3 }] },
  };
  const strategy = await field.server.api('/deployment_strategy', { json: { name: 'Strict', parameters } });
  const { json } = await field.deploy(scope.id, two, { external_strategy_id: strategy.json.id });
  await field.until(json.id, (now) => now.strategy_data.switched_traffic === 50);
  const path = `/telemetry/application/4/metric/http.error_rate?scope_id=${scope.id}&period=10`;
  await until(
    async () => {
      await Promise.all([1, 2, 3, 4].map(() => field.visit(scope, '/status?code=500')));
      const { results } = await call(path);
      return results.find((result: Json) => result.dimensions.deployment_id === String(json.id));
    },
    'the measures of the second version',
    patience,
  );
  clock.pass(minute / 2);
  const deployment = await untilStatus(json.id, 'rolled_back');
  expect(deployment.messages.map(({ message }: Json) => message)).toContain(
    'The rule error_rate greater than 0.3 holds: it is 1',
  );
  expect(deployment.status_in_scope).toBe('inactive');
  expect((await field.visit(scope)).text).toBe('one');
});

test('an approval that nobody decides for a week expires, and frees the scope', async () => {
  const scope = await field.scope('guarded', { dimensions: { environment: 'guarded' } });
  const { json } = await field.deploy(scope.id, one);
  expect(json.status).toBe('creating_approval');
  clock.pass(7 * day);
  const deployment = await untilStatus(json.id, 'creating_approval_denied');
  expect(deployment.messages.at(-1).message).toContain('Nobody approved in time');
  const [approval] = (await call(`/approval?deployment_id=${json.id}`)).results;
  expect(approval).toMatchObject({ status: 'expired', execution_status: 'expired' });
  expect((await call(`/scope/${scope.id}`)).in_progress_deployment).toBeNull();
});

test('a deployment that nobody ends for eight days is rolled back', async () => {
  const health_check = { initial_delay_seconds: 0, period_seconds: 1, timeout_seconds: 1 };
  const capabilities = { health_check, fixed_instances: 1 };
  const body = { application_id: 4, name: 'forgotten', type: 'web_pool', hosts: ['s1'], capabilities };
  const scope = await call('/scope', body);
  const first = await call('/deployment', { scope_id: scope.id, release_id: one });
  await untilStatus(first.id, 'finalized');
  const second = await call('/deployment', { scope_id: scope.id, release_id: two });
  const running = await untilStatus(second.id, 'running');
  expect(Date.parse(running.expires_at) - Date.parse(running.created_at)).toBe(8 * day);
  clock.pass(8 * day);
  const ended = await untilStatus(second.id, 'rolled_back');
  expect(ended.messages.map(({ message }: Json) => message)).toContain(
    'Nobody ended this deployment in time',
  );
  const after = await call(`/scope/${scope.id}`);
  expect(after).toMatchObject({ active_deployment: first.id, in_progress_deployment: null });
  await until(
    async () => ((await field.visit(scope)).text === 'one' ? true : undefined),
    'the first version to answer',
    patience,
  );
});
