import { expect, test } from 'vitest';
import type { Version } from '../scope-api.ts';
import {
  instanceName,
  instanceWords,
  noInstancesWords,
  stepStateWords,
  stepWords,
  troubleWords,
} from './words.ts';

test('what was done is said in words, also what a newer server does', () => {
  expect(stepWords({ slug: 'switch-traffic', traffic: 25 })).toBe('Switch traffic to 25 %');
  expect(stepWords({ slug: 'rollback-deployment', traffic: null })).toBe('Roll back');
  expect(stepWords({ slug: 'warm-up', traffic: null })).toBe('Warm up');
  expect(
    ['pending', 'in_progress', 'success', 'failed'].map((status) => stepStateWords(status).word),
  ).toEqual(['Waits', 'Under way', 'Done', 'Failed']);
});

test('an instance goes by where it listens, a pod by its name', () => {
  const known = {
    state: 'running',
    healthy: true,
    startedAt: 1,
    restarts: 0,
    trouble: null,
    isHostDown: false,
    deploymentId: 1,
  };
  const instance = { ...known, id: '69f1f399-0000', isPod: false, host: 's1', port: 80 };
  expect(instanceName(instance)).toBe('s1:80');
  expect(instanceName({ ...instance, port: null })).toBe('s1');
  expect(instanceName({ ...instance, id: 'd-5-6-x2k4q', isPod: true })).toBe('d-5-6-x2k4q');
  const stopped = { state: 'stopped', healthy: false, isHostDown: true };
  expect(instanceWords(stopped)).toEqual({ word: 'Stopped', tone: 'soft' });
});

test('nobody claims to know how an instance is whose host is not heard', () => {
  const instance = { host: 's1', state: 'running', healthy: true, isHostDown: true, trouble: null };
  expect(instanceWords(instance)).toEqual({ word: 'Not known', tone: 'warn' });
  expect(troubleWords(instance)).toBe('The host s1 is not heard. Last known: Healthy');
  expect(troubleWords({ ...instance, healthy: false, trouble: 'status 500' })).toBe(
    'The host s1 is not heard. Last known: Not healthy, status 500',
  );
  expect(troubleWords({ ...instance, isHostDown: false, healthy: false, trouble: 'status 500' })).toBe(
    'status 500',
  );
  expect(troubleWords({ ...instance, isHostDown: false, trouble: 'of a moment ago' })).toBeUndefined();
});

test('where there are no instances it is said why', () => {
  const scope = { active: { id: 1 } as Version, inProgress: null, hosts: ['s1'], type: 'web_pool' };
  expect(noInstancesWords({ ...scope, active: null })).toContain('nothing is deployed');
  expect(noInstancesWords(scope)).toBe('None run.');
  expect(noInstancesWords({ ...scope, hosts: [], type: 'web_pool_k8s' })).toBe('None run.');
  expect(noInstancesWords({ ...scope, hosts: [], type: 'serverless' })).toContain('An agent of your own');
});
