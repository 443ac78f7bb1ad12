import { expect, test } from 'vitest';
import type { ScopeInstance } from '../scope-api.ts';
import { inOrder, isUnwell, logNames } from './crowd.ts';
import { instanceName } from './words.ts';

const instance = (host: string | null, more: Partial<ScopeInstance> = {}): ScopeInstance => ({
  ...{ id: `${host}-${more.port}`, isPod: false, deploymentId: 1, host, state: 'running', healthy: true },
  isHostDown: false,
  ...{ port: 80, startedAt: 1, restarts: 0, trouble: null, ...more },
});

test('what has to be looked at stands first, then the new version, then names as people count', () => {
  const instances = [
    instance('s10', { deploymentId: 2 }),
    instance('s2', { deploymentId: 2 }),
    instance('s1'),
    instance('s9', { healthy: false, state: 'crash-loop' }),
    instance('s3', { healthy: false, state: 'stopped' }),
  ];
  const order = inOrder(instances, ({ deploymentId }) => deploymentId !== 2);
  expect(order.map(instanceName)).toEqual(['s9:80', 's2:80', 's10:80', 's1:80', 's3:80']);
});

test('what has just begun or has ended is not unwell', () => {
  const unwell = ['running', 'backing-off', 'crash-loop', 'lost', 'starting', 'stopping', 'stopped'].filter(
    (state) => isUnwell({ state, healthy: false, isHostDown: false }),
  );
  expect(unwell).toEqual(['running', 'backing-off', 'crash-loop', 'lost']);
  expect(isUnwell({ state: 'running', healthy: true, isHostDown: true })).toBe(true);
  expect(isUnwell({ state: 'stopped', healthy: false, isHostDown: true })).toBe(false);
});

test('a log names hosts without their domain while that is clear, pods and addresses in full', () => {
  const names = (...some: ScopeInstance[]) => [...logNames(some).values()];
  expect(names(instance('a.example.com'), instance('b.example.com', { port: 81 }))).toEqual(['a:80', 'b:81']);
  expect(names(instance('a.one.com'), instance('a.two.com'))).toEqual(['a.one.com:80', 'a.two.com:80']);
  expect(names(instance('10.0.0.1'))).toEqual(['10.0.0.1:80']);
  expect(names(instance('node-1', { isPod: true, id: 'd-1-2-x' }))).toEqual(['d-1-2-x']);
});
