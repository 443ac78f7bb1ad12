import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { filledObjects } from './filled-objects.ts';
import { isAsWanted } from './is-as-wanted.ts';
import { readKubeconfig } from './kubeconfig.ts';
import type { KubernetesObject } from './object.ts';
import { pathOf } from './object.ts';
import { isOwned } from './ownership.ts';
import { podInstance } from './pod-instance.ts';
import { podLines } from './pod-lines.ts';
import { podTroubles } from './pod-trouble.ts';
import { podUsage } from './pod-usage.ts';
import { quantityOf } from './quantity.ts';
import { routeState } from './route-state.ts';
import { workloadState } from './workload.ts';

const pod = (status: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  status,
});
const container = (more: object) => pod({ containerStatuses: [{ name: 'application', ...more }] });

test.each([
  [
    'an image that is not there',
    container({ state: { waiting: { reason: 'ErrImagePull' } } }),
    'ErrImagePull',
  ],
  [
    'a crash loop',
    container({
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 7 } },
    }),
    'exit code 7',
  ],
  [
    'too little memory',
    container({
      state: { running: {} },
      restartCount: 1,
      lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
    }),
    'out of memory',
  ],
  [
    'no node',
    pod({ conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' }] }),
    '0/3 nodes',
  ],
])('the trouble of a pod with %s is told', (_name, object, text) => {
  expect(podTroubles([object])).toEqual([expect.stringContaining(text)]);
});

const deployment = (status: object): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', generation: 2 },
  spec: { replicas: 2 },
  status,
});
const well = {
  observedGeneration: 2,
  replicas: 2,
  updatedReplicas: 2,
  readyReplicas: 2,
  availableReplicas: 2,
};

test.each([
  ['everything is there', well, true],
  ['the controller has not seen it yet', { ...well, observedGeneration: 1 }, false],
  ['an instance is not ready', { ...well, readyReplicas: 1 }, false],
  ['an instance is not available yet', { ...well, availableReplicas: 1 }, false],
  ['an older instance still stands', { ...well, replicas: 3 }, false],
])('a Deployment of which %s is well: %s', (_name, status, isWell) => {
  expect(workloadState(deployment(status), [], 2).isWell).toBe(isWell);
});

test('fewer instances than wanted are not well, whatever the Deployment says', () => {
  expect(workloadState(deployment(well), [], 3)).toMatchObject({ wanted: 3, healthy: 2, isWell: false });
});

test('an autoscaler that asks for more at the moment makes no version unwell', () => {
  const growing = { ...deployment({ ...well, replicas: 6, updatedReplicas: 6 }), spec: { replicas: 6 } };
  expect(workloadState(growing, [], 2)).toMatchObject({ wanted: 2, healthy: 2, isWell: true });
});

const gatewayOf = (name: string, observedGeneration: number, status = 'True') => ({
  parentRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name, namespace: 'edge' },
  conditions: ['Accepted', 'ResolvedRefs'].map((type) => ({ type, status, observedGeneration })),
});
const route = (...parents: object[]): KubernetesObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'r', namespace: 'shop', generation: 2 },
  spec: { parentRefs: [{ name: 'public', namespace: 'edge' }] },
  status: { parents },
});

test('a route is applied when its gateway has taken it as it is now', () => {
  expect(routeState(route(gatewayOf('public', 2))).isApplied).toBe(true);
  expect(routeState(route(gatewayOf('public', 1))).isApplied).toBe(false);
  expect(routeState(route(gatewayOf('public', 2, 'False'))).isApplied).toBe(false);
  expect(routeState(route()).troubles).toEqual(['the Gateway public has not taken it']);
});

test('what a gateway says of a route that it no longer belongs to does not count', () => {
  expect(routeState(route(gatewayOf('former', 2))).troubles).toEqual(['the Gateway public has not taken it']);
  expect(routeState(route(gatewayOf('former', 1, 'False'), gatewayOf('public', 2))).isApplied).toBe(true);
  const near = { ...route(gatewayOf('public', 2)), spec: { parentRefs: [{ name: 'public' }] } };
  expect(routeState(near).isApplied).toBe(false);
});

test('an object is as wanted when others only added to it', () => {
  expect(isAsWanted({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ c: 2 }] })).toBe(true);
  expect(isAsWanted({ b: [{ c: 2 }, { c: 3 }] }, { b: [{ c: 2 }] })).toBe(false);
  expect(isAsWanted(undefined, { b: 1 })).toBe(false);
});

test('secrets are filled in, and texts of a Secret become data', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's' },
    stringData: { a: 'x-PLACEHOLDER' },
    data: { b: 'AAEC' },
  };
  const secrets = [{ placeholder: 'PLACEHOLDER', secretId: 1 }];
  const [filled] = filledObjects({ objects: [secret], secrets }, new Map([[1, '$& open']]));
  expect(filled).toMatchObject({ data: { a: btoa('x-$& open'), b: 'AAEC' } });
  expect(filled).not.toHaveProperty('stringData');
});

test('an object is Slipway’s by its label, or by who applied it', () => {
  const object = (metadata: object) => ({ metadata: { name: 'd', ...metadata } });
  expect(isOwned(object({ labels: { 'app.kubernetes.io/managed-by': 'slipway' } }))).toBe(true);
  expect(isOwned(object({ managedFields: [{ manager: 'slipway', operation: 'Apply' }] }))).toBe(true);
  expect(isOwned(object({ managedFields: [{ manager: 'kubectl', operation: 'Apply' }] }))).toBe(false);
  expect(isOwned(object({ labels: { 'app.kubernetes.io/managed-by': 'Helm' } }))).toBe(false);
});

test.each([
  ['250m', 0.25],
  ['1536Mi', 1536 * 1024 * 1024],
  ['12500000n', 0.0125],
  ['1e3', 1000],
  ['2', 2],
  ['many', undefined],
])('the quantity %s is %s', (text, number) => {
  expect(quantityOf(text)).toBe(number);
});

test('the usage of a pod is set against its limits, or else against what it asks for', () => {
  const asked = { requests: { cpu: '200m', memory: '1Gi' }, limits: { memory: '2Gi' } };
  const spec = (resources: object) => ({ spec: { containers: [{ resources }] } });
  const measured = (name: string) => ({
    ...{ ...pod({}), metadata: { name }, timestamp: '2026-01-01T00:00:00Z' },
    containers: [{ usage: { cpu: '50m', memory: '512Mi' } }],
  });
  const first = { ...pod({}), ...spec(asked) };
  const second = { ...pod({}), ...spec({}), metadata: { name: 'q' } };
  expect(podUsage([first, second], [measured('p'), measured('q'), measured('gone')])).toEqual([
    { labels: {}, at: Date.UTC(2026, 0, 1), cpuPercent: 25, memoryPercent: 25 },
    { labels: {}, at: Date.UTC(2026, 0, 1), cpuPercent: undefined, memoryPercent: undefined },
  ]);
});

test('a pod that is being deleted is stopping and not ready, whatever its containers do', () => {
  const conditions = [{ type: 'Ready', status: 'True' }];
  const running = pod({ conditions, containerStatuses: [{ state: { running: {} }, restartCount: 1 }] });
  expect(podInstance(running)).toMatchObject({ state: 'running', isReady: true, restarts: 1 });
  const going = { ...running, metadata: { name: 'p', deletionTimestamp: '2026-01-01T00:00:00Z' } };
  expect(podInstance(going)).toMatchObject({ state: 'stopping', isReady: false });
});

test('lines of a log are read with their times; what is outside of the range is left out', () => {
  const log = '2026-01-01T00:00:00.000000001Z one\n2026-01-01T00:00:01.5Z two words\n2026-01-01T00:00:02Z \n';
  const after = Date.UTC(2026, 0, 1);
  expect(podLines('p', log, { after })).toEqual([
    { pod: 'p', at: after + 1500, text: 'two words' },
    { pod: 'p', at: after + 2000, text: '' },
  ]);
});

test('paths are those of the API', () => {
  expect(pathOf({ apiVersion: 'v1', kind: 'Secret' }, 'shop', 's')).toBe('/api/v1/namespaces/shop/secrets/s');
  expect(pathOf({ apiVersion: 'apps/v1', kind: 'Deployment' }, 'shop')).toBe(
    '/apis/apps/v1/namespaces/shop/deployments',
  );
});

const kubeconfig = `
current-context: one
contexts:
  - { name: one, context: { cluster: c, user: u, namespace: shop } }
  - { name: two, context: { cluster: c, user: program } }
clusters: [{ name: c, cluster: { server: 'https://127.0.0.1:6443/', certificate-authority-data: AAEC } }]
users:
  - { name: u, user: { token: t } }
  - { name: program, user: { exec: { command: login } } }
`;

test('a kubeconfig is read by context', () => {
  expect(readKubeconfig(parse(kubeconfig))).toMatchObject({
    ...{ server: 'https://127.0.0.1:6443', namespace: 'shop', token: 't', authority: { data: 'AAEC' } },
  });
});

test.each([
  ['two', 'starts a program to log in'],
  ['three', 'no context named three'],
])('the context %s is refused: it %s', (context, text) => {
  expect(() => readKubeconfig(parse(kubeconfig), context)).toThrow(text);
});
