import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { filledObjects } from './filled-objects.ts';
import { isAsWanted } from './is-as-wanted.ts';
import { readKubeconfig } from './kubeconfig.ts';
import type { KubernetesObject } from './object.ts';
import { pathOf } from './object.ts';
import { podTroubles } from './pod-trouble.ts';
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

test('a route is applied when every gateway has taken it as it is now', () => {
  const route = (observedGeneration: number, status = 'True'): KubernetesObject => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'r', generation: 2 },
    status: {
      parents: [
        { conditions: ['Accepted', 'ResolvedRefs'].map((type) => ({ type, status, observedGeneration })) },
      ],
    },
  });
  expect(routeState(route(2)).isApplied).toBe(true);
  expect(routeState(route(1)).isApplied).toBe(false);
  expect(routeState(route(2, 'False')).isApplied).toBe(false);
  expect(routeState({ ...route(2), status: {} }).troubles).toEqual(['no gateway has taken it']);
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
