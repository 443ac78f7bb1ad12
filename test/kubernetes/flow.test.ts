import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StandInApiServer, startApiServer } from './api-server.ts';
import {
  type ClusterField,
  removeKubeconfig,
  standInKubeconfig,
  startClusterField,
} from './cluster-field.ts';
import { controllers } from './controllers.ts';

/** The whole flow, against the cluster of SLIPWAY_TEST_KUBECONFIG (`run.mjs`), or else against the stand-in. */
const given = process.env.SLIPWAY_TEST_KUBECONFIG;
const image = process.env.SLIPWAY_TEST_IMAGE ?? 'nginxinc/nginx-unprivileged:stable';
const patience = given === undefined ? 100 : 300;

let standIn: StandInApiServer | undefined;
let kubeconfig: string;
let field: ClusterField;

beforeAll(async () => {
  standIn = given === undefined ? await startApiServer(controllers) : undefined;
  kubeconfig = given ?? (await standInKubeconfig(standIn?.url ?? ''));
  const gateway = process.env.SLIPWAY_KUBERNETES_GATEWAY;
  field = await startClusterField(kubeconfig, {
    ...{ health: given === undefined ? '/health' : '/', waitSeconds: patience },
    ...(gateway === undefined ? {} : { settings: { kubernetesGateway: gateway } }),
  });
});
afterAll(async () => {
  await field?.close();
  await standIn?.close();
  if (given === undefined && kubeconfig !== undefined) await removeKubeconfig(kubeconfig);
});

const signal = () => AbortSignal.timeout(30_000);
const workloads = { apiVersion: 'apps/v1', kind: 'Deployment' };
const routes = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' };

/** The versions of the scope that have a Deployment, and the weights of its HTTPRoute. */
async function look(scopeId: number) {
  const selector = `slipway.dev/scope=${scopeId}`;
  const [deployments, [route]] = await Promise.all([
    field.cluster.list(workloads, selector, signal()),
    field.cluster.list(routes, selector, signal()),
  ]);
  const spec = route?.spec as { rules: { backendRefs: { name: string; weight: number }[] }[] } | undefined;
  return {
    versions: deployments.map(({ metadata }) => metadata.name).sort(),
    weights: Object.fromEntries(
      (spec?.rules[0]?.backendRefs ?? []).map(({ name, weight }) => [name, weight]),
    ),
  };
}

/** For what becomes so in a moment. */
const seen = (scopeId: number) => expect.poll(() => look(scopeId), { timeout: patience * 1000 });

test(
  'a scope in a cluster is deployed, switched, finalised, rolled back and deleted',
  async () => {
    const release = await field.release(image);
    const scope = await field.scope('cluster');
    const named = (id: number) => `d-${scope.id}-${id}`;

    const first = (await field.deploy(scope.id, release)).json.id;
    const served = await field.until(first, ({ status }) => status === 'finalized');
    expect(served.strategy_data).toMatchObject({
      amount_instances_to_wait: 2,
      launched_instances: 2,
      healthy_instances: 2,
      switched_traffic: 100,
    });
    expect(await look(scope.id)).toEqual({ versions: [named(first)], weights: { [named(first)]: 100 } });

    const second = (await field.deploy(scope.id, release)).json.id;
    await field.until(second, ({ status }) => status === 'running');
    expect(await look(scope.id)).toEqual({
      versions: [named(first), named(second)].sort(),
      weights: { [named(first)]: 100 },
    });
    await field.patch(second, { strategy_data: { desired_switched_traffic: 25 } });
    await field.until(second, ({ strategy_data }) => strategy_data.switched_traffic === 25);
    expect((await look(scope.id)).weights).toEqual({ [named(first)]: 75, [named(second)]: 25 });
    await field.patch(second, { status: 'finalizing' });
    await field.until(second, ({ status }) => status === 'finalized');
    // The end of the traffic's stage is the end of the deployment's; the objects go right behind it.
    await seen(scope.id).toEqual({ versions: [named(second)], weights: { [named(second)]: 100 } });

    const third = (await field.deploy(scope.id, release)).json.id;
    await field.until(third, ({ status }) => status === 'running');
    await field.patch(third, { strategy_data: { desired_switched_traffic: 100 } });
    await field.until(third, ({ strategy_data }) => strategy_data.switched_traffic === 100);
    expect((await look(scope.id)).weights).toEqual({ [named(third)]: 100 });
    await field.patch(third, { status: 'rolling_back' });
    await field.until(third, ({ status }) => status === 'rolled_back');
    await seen(scope.id).toEqual({ versions: [named(second)], weights: { [named(second)]: 100 } });

    await field.server.api(`/scope/${scope.id}`, { method: 'DELETE' });
    await field.until(second, ({ status }) => status === 'deleted');
    await seen(scope.id).toEqual({ versions: [], weights: {} });
  },
  patience * 6000,
);

test(
  'all that a scope may ask for is taken by the cluster, and what it writes otherwise is no change',
  async () => {
    const health_check = {
      ...{ type: 'tcp', initial_delay_seconds: 0, period_seconds: 1, timeout_seconds: 1 },
    };
    const autoscaling = { min_replicas: 1, max_replicas: 3, target_cpu_utilization: 60 };
    const scope = await field.scope(
      'everything',
      { health_check, scaling_type: 'auto', autoscaling, cpu_millicores: 1000 },
      { requested_spec: { memory_in_gb: 1 } },
    );
    const environment = { type: 'environment', secret: false };
    await field.parameter(scope, { ...environment, name: 'empty', variable: 'EMPTY' }, '');
    await field.parameter(scope, { ...environment, name: 'odd', variable: 'ODD' }, '$(PORT) "\n" \u{1F600}');
    await field.parameter(
      scope,
      { ...environment, name: 'hidden', variable: 'HIDDEN', secret: true },
      'open sesame',
    );
    await field.parameter(scope, { type: 'file', name: 'plain', variable: '/etc/shop/plain.txt' }, 'text');
    await field.parameter(
      scope,
      { type: 'file', name: 'bytes', variable: '/etc/shop/bytes.bin', encoding: 'base64' },
      'AAECAw==',
    );

    const release = await field.release(image);
    const first = (await field.deploy(scope.id, release)).json.id;
    await field.until(first, ({ status }) => status === 'finalized');
    const second = (await field.deploy(scope.id, release)).json.id;
    await field.until(second, ({ status }) => status === 'running');

    const name = `d-${scope.id}-${second}`;
    await field.cluster.remove({ apiVersion: 'v1', kind: 'Service', metadata: { name } }, signal());
    const { storage, work } = field.server.server.parts;
    await storage.write((unit) => work.enqueue(unit, { kind: 'nullplatform.kubernetes-repair', input: {} }));
    await field.untilSaid(second, new RegExp(`Service ${name} .* put right`));
    const repaired = (await field.messages(second)).filter(({ message }) => message.includes('put right'));
    expect(repaired.map(({ message }) => message)).toEqual([
      `Cluster: Service ${name} had been changed and was put right`,
    ]);

    const secret = await field.cluster.find(
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: `s-${scope.id}-d-${second}` } },
      signal(),
    );
    const values = Object.values(secret?.data as Record<string, string>).map((text) => atob(text ?? ''));
    expect(values).toEqual(expect.arrayContaining(['', 'open sesame', 'text', '\x00\x01\x02\x03']));

    await field.patch(second, { status: 'cancelling' });
    await field.until(second, ({ status }) => status === 'rolled_back');
    await field.server.api(`/scope/${scope.id}`, { method: 'DELETE' });
    await field.until(first, ({ status }) => status === 'deleted');
    await seen(scope.id).toEqual({ versions: [], weights: {} });
  },
  patience * 6000,
);
