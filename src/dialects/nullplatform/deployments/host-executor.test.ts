import { expect, test } from 'vitest';
import { healthOf, wantedInstances } from './capabilities.ts';
import type { MoveOrder, StartOrder } from './executor.ts';
import { hostExecutor } from './host-executor.ts';

const scope = { id: 5, domain: 'shop.localhost', hosts: ['s1', 's2'], capabilities: {}, requestedSpec: {} };
const ids = ['a', 'b', 'c'].map((letter) => `${letter.repeat(8)}-0000-4000-8000-000000000000`);
const start: StartOrder = {
  scope,
  deploymentId: 7,
  pool: 'new',
  asset: { kind: 'bundle', url: 'http://127.0.0.1/app.zip' },
  contents: { environment: { A: '1' }, files: [], secrets: [] },
  health: healthOf({}),
  instanceIds: ids,
  maxWaitSeconds: 600,
  isInitial: false,
};
const version = (pool: string, ...hosts: string[]) => ({
  deploymentId: 1,
  pool,
  instances: hosts.map((host, index) => ({ id: ids[index] ?? '', host })),
});
const move: MoveOrder = {
  scope,
  own: version('new', 's1', 's2'),
  previous: version('old', 's2'),
  drainSeconds: 15,
};

/** What a plan does, in words. */
const outline = (plan: ReturnType<typeof hostExecutor.startPlan>) =>
  plan.stages.map((stage) => [
    stage.name,
    ...(stage.steps ?? []).map((step) => JSON.stringify(step.where === 'server' ? step.input : step.kind)),
    ...Object.entries(stage.stepsByHost ?? {}).map(
      ([host, steps]) => `${host}: ${steps.map((step) => step.kind).join(' ')}`,
    ),
  ]);

test('instances are spread over the hosts, and the first deployment gets all requests in the same plan', () => {
  const started = ['start', 's1: service-start service-start health-check', 's2: service-start health-check'];
  expect(outline(hostExecutor.startPlan(start))).toEqual([started]);
  expect(outline(hostExecutor.startPlan({ ...start, isInitial: true }))).toEqual([
    started,
    ['traffic', '{"host":"shop.localhost","targets":[{"pool":"new","weight":100}],"drainSeconds":0}'],
  ]);
});

test('a host without an instance has nothing to do', () => {
  const plan = hostExecutor.startPlan({ ...start, instanceIds: ids.slice(0, 1) });
  expect(plan.stages[0]?.hosts).toEqual(['s1']);
});

test.each([
  [0, [{ pool: 'old', weight: 100 }]],
  [
    25,
    [
      { pool: 'old', weight: 75 },
      { pool: 'new', weight: 25 },
    ],
  ],
  [100, [{ pool: 'new', weight: 100 }]],
])('%i percent of the traffic are exact weights', (traffic, targets) => {
  const [stage] = hostExecutor.switchPlan(move, traffic).stages;
  expect(stage?.steps?.[0]).toMatchObject({ input: { host: 'shop.localhost', targets, drainSeconds: 0 } });
});

test('finalising and undoing move the traffic first, and stop instances behind it', () => {
  const traffic = (pool: string) => [
    'traffic',
    `{"host":"shop.localhost","targets":[{"pool":"${pool}","weight":100}],"drainSeconds":15}`,
  ];
  expect(outline(hostExecutor.finalizePlan(move))).toEqual([traffic('new'), ['stop', 's2: service-stop']]);
  const undone = [traffic('old'), ['stop', 's1: service-stop', 's2: service-stop']];
  expect(outline(hostExecutor.rollbackPlan(move))).toEqual(undone);
  expect(outline(hostExecutor.deletePlan(move))).toEqual(undone);
});

test('without a version before, requests go nowhere', () => {
  expect(outline(hostExecutor.deletePlan({ ...move, previous: null }))[0]).toEqual([
    'traffic',
    '{"host":"shop.localhost","targets":[],"drainSeconds":15}',
  ]);
});

test('health checks have the defaults and bounds of the contract', () => {
  expect(healthOf({})).toMatchObject({
    ...{ type: 'http', path: '/health', initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 5 },
    ...{ readinessMisses: 3, livenessMisses: 9 },
  });
  const odd = { type: 'TCP', path: 'up', initial_delay_seconds: -1, period_seconds: 0, timeout_seconds: 90 };
  expect(healthOf({ health_check: odd })).toMatchObject({
    ...{ type: 'tcp', path: '/up', initialDelaySeconds: 0, periodSeconds: 60, timeoutSeconds: 60 },
  });
});

test.each([
  [{}, 1],
  [{ scaling_type: 'fixed', fixed_instances: 4 }, 4],
  [{ scaling_type: 'fixed', fixed_instances: 99 }, 10],
  [{ scaling_type: 'auto', autoscaling: { min_replicas: 3 }, fixed_instances: 5 }, 3],
])('%j wants %i instances', (capabilities, wanted) => {
  expect(wantedInstances(capabilities)).toBe(wanted);
});
