import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cluster } from '../../src/kubernetes/cluster.ts';
import { waitForNoRoute } from '../../src/kubernetes/route-waiting.ts';
import { type Clock, systemClock } from '../../src/storage/index.ts';
import { type StandInApiServer, startApiServer } from './api-server.ts';
import { removeKubeconfig, standInKubeconfig } from './cluster-field.ts';
import { controllers } from './controllers.ts';

let standIn: StandInApiServer;
let kubeconfig: string;
let cluster: Cluster;

beforeAll(async () => {
  standIn = await startApiServer(controllers);
  kubeconfig = await standInKubeconfig(standIn.url);
  const settings = { kubeconfig, kubernetesContext: undefined, kubernetesNamespace: undefined };
  cluster = new Cluster(settings, systemClock);
});
afterAll(async () => {
  await standIn?.close();
  if (kubeconfig !== undefined) await removeKubeconfig(kubeconfig);
});

const owned = { 'app.kubernetes.io/managed-by': 'slipway' };

function putRoute(scope: number, labels: Readonly<Record<string, string>> = owned): void {
  standIn.put('httproutes', {
    ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', spec: { parentRefs: [] } },
    metadata: { name: `r-${scope}`, labels },
  });
}

function putWorkload(scope: number, readyReplicas: number): void {
  standIn.put('deployments', {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', spec: {}, status: { readyReplicas } },
    metadata: { name: `d-${scope}-1`, labels: { ...owned, 'slipway.dev/scope': String(scope) } },
  });
}

/** Waits by a clock on which every pause is over at once; answers the pauses and what was said. `at` is called in each. */
async function wait(scope: number, at: (pause: number) => void = () => {}) {
  let now = 1_700_000_000_000;
  const pauses: number[] = [];
  const clock: Clock = {
    now: () => now,
    after(milliseconds, callback) {
      now += milliseconds;
      pauses.push(milliseconds / 1000);
      at(pauses.length);
      const soon = setImmediate(callback);
      return () => clearImmediate(soon);
    },
  };
  const said: string[] = [];
  const signal = AbortSignal.timeout(100_000);
  await waitForNoRoute(
    { cluster, clock, signal, log: (text) => void said.push(text.trim()) },
    { goneRoute: `r-${scope}`, selector: `slipway.dev/scope=${scope}`, maxWaitSeconds: 60, drainSeconds: 15 },
  );
  return { pauses, said };
}

test('requests in flight have their time once the route is gone, also when the wait is begun again', async () => {
  putRoute(5);
  putWorkload(5, 2);
  const first = await wait(5, (pause) => {
    if (pause === 3) standIn.delete('httproutes', 'r-5');
  });
  expect(first.pauses).toEqual([1, 1, 1, 15]);
  expect(first.said).toEqual(['No gateway has HTTPRoute r-5.', 'Requests in flight had 15 s to end.']);
  // As after a restart of the server: nobody remembers that there was a route.
  expect((await wait(5)).pauses).toEqual([15]);
});

test('nobody is waited for where no instance was ever ready, and where the route is somebody else’s', async () => {
  putRoute(6, { 'app.kubernetes.io/managed-by': 'Helm' });
  putWorkload(6, 0);
  expect((await wait(6)).pauses).toEqual([]);
  expect((await wait(7)).pauses).toEqual([]);
});

test('a route that is kept alive by something else holds nothing up for longer than it may', async () => {
  putRoute(8);
  putWorkload(8, 1);
  const { pauses, said } = await wait(8);
  expect(pauses).toEqual([...Array.from({ length: 60 }, () => 1), 15]);
  expect(said[0]).toBe('HTTPRoute r-8 is still being deleted.');
});
