import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Plan } from '../../../engine/index.ts';
import { healthOf } from '../deployments/capabilities.ts';
import type { MoveOrder, StartOrder } from '../deployments/executor.ts';
import { kubernetesExecutor } from './kubernetes-executor.ts';
import { resourcesOf, scalingOf } from './scaling.ts';

const executor = kubernetesExecutor({ kubernetesGateway: 'edge/public', kubernetesDrainSeconds: 15 });
const scope = {
  id: 5,
  domain: 'shop.example.com',
  hosts: [],
  capabilities: { scaling_type: 'fixed', fixed_instances: 2 },
  requestedSpec: { memory_in_gb: 0.5 },
};
const start: StartOrder = {
  scope,
  deploymentId: 7,
  pool: 'nullplatform/deployment/7',
  asset: { kind: 'docker-image', image: 'registry.example.com/shop:1.2.0', containerPort: 8080 },
  contents: {
    environment: { GREETING: 'hello', API_KEY: 'secret-placeholder' },
    files: [
      { path: '/etc/shop/settings.json', content: '{}', encoding: 'utf8' },
      { path: 'key.bin', content: 'AAEC', encoding: 'base64' },
    ],
    secrets: [{ placeholder: 'secret-placeholder', secretId: 11 }],
  },
  health: healthOf({}),
  instanceIds: ['a', 'b'],
  maxWaitSeconds: 600,
  isInitial: false,
};
const version = (deploymentId: number) => ({
  deploymentId,
  pool: `nullplatform/deployment/${deploymentId}`,
  instances: [],
});
const move: MoveOrder = { scope, own: version(7), previous: version(6), drainSeconds: 15 };
const first: MoveOrder = { ...move, previous: null };

const plans: readonly (readonly [string, () => Plan])[] = [
  ['start-initial', () => executor.startPlan({ ...start, isInitial: true })],
  ['start-blue-green', () => executor.startPlan(start)],
  ['switch-traffic', () => executor.switchPlan(move, 25)],
  ['finalize-blue-green', () => executor.finalizePlan(move)],
  ['rollback-deployment', () => executor.rollbackPlan(move)],
  ['delete-deployment', () => executor.deletePlan(first)],
];

test.each(plans)('the plan of %s is the golden one', async (name, plan) => {
  await expect(stringify(plan(), { aliasDuplicateObjects: false })).toMatchFileSnapshot(
    `golden/${name}.yaml`,
  );
});

test.each([
  [0, [{ name: 'd-5-6', port: 80, weight: 100 }]],
  [
    25,
    [
      { name: 'd-5-6', port: 80, weight: 75 },
      { name: 'd-5-7', port: 80, weight: 25 },
    ],
  ],
  [100, [{ name: 'd-5-7', port: 80, weight: 100 }]],
])('%i percent of the traffic are exact weights', (traffic, backendRefs) => {
  const steps = executor.switchPlan(move, traffic).stages[0]?.steps ?? [];
  const apply = steps.find(({ kind }) => kind === 'kubernetes-apply');
  expect(apply).toMatchObject({ input: { objects: [{ spec: { rules: [{ backendRefs }] } }] } });
});

test('a version that gets no request any more need not be well', () => {
  expect(executor.switchPlan(move, 0).stages[0]?.steps?.map(({ name }) => name)).toEqual([
    'move the traffic',
    'wait for the gateway',
  ]);
});

test('an asset that is no image is refused', () => {
  const bundle = { ...start, asset: { kind: 'bundle' as const, url: 'http://127.0.0.1/app.zip' } };
  expect(() => executor.startPlan(bundle)).toThrow('docker-image');
});

test.each([
  [{}, { least: 1, most: 1, cpuPercent: 80 }],
  [
    { scaling_type: 'auto', autoscaling: { min_replicas: 2, max_replicas: 6, target_cpu_utilization: 60 } },
    { least: 2, most: 6, cpuPercent: 60 },
  ],
  [
    { scaling_type: 'fixed', fixed_instances: 3, autoscaling: { max_replicas: 9 } },
    { least: 3, most: 3, cpuPercent: 80 },
  ],
  [
    { scaling_type: 'auto', autoscaling: { min_replicas: 4, max_replicas: 1 } },
    { least: 4, most: 4, cpuPercent: 80 },
  ],
])('%j scales as %j', (capabilities, scaling) => {
  expect(scalingOf(capabilities)).toEqual(scaling);
});

test('memory is asked for and limited in MiB; the processor is only asked for', () => {
  const limits = { memory: '1536Mi' };
  expect(resourcesOf({ memory_in_gb: '1.5' }, { cpu_millicores: 250 })).toEqual({
    requests: { cpu: '250m', ...limits },
    limits,
  });
  expect(resourcesOf({}, {})).toEqual({ requests: { cpu: '100m' } });
});
