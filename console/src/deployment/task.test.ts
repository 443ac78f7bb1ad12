import { expect, test } from 'vitest';
import type { Plan } from '../api.ts';
import { plannedStep, taskOf } from './task.ts';

const start = {
  where: 'agent',
  kind: 'script',
  name: 'start',
  shell: '/bin/sh',
  text: 'echo hello',
  timeoutSeconds: 300,
  environment: { STAGE: 'blue' },
} as const;
const plan: Plan = {
  stages: [
    {
      name: 'web',
      hosts: ['s1', 's2'],
      steps: [start],
      stepsByHost: { s2: [{ ...start, text: 'echo other' }] },
    },
    { name: 'later', deferred: { expand: 'hooks', input: null } },
  ],
};

test('a cell finds its step, also where a host has steps of its own', () => {
  expect(plannedStep(plan, 0, 's1', 0)).toEqual(start);
  expect(plannedStep(plan, 0, 's2', 0)).toEqual({ ...start, text: 'echo other' });
  expect(plannedStep(plan, 0, 's1', 1)).toBeUndefined();
  expect(plannedStep(plan, 1, null, 0)).toBeUndefined();
});

test('a task is told by its text and by everything that was set, in words', () => {
  expect(taskOf(start)).toEqual({
    text: 'echo hello',
    settings: [
      { name: 'shell', value: '/bin/sh' },
      { name: 'timeout seconds', value: '300' },
      { name: 'environment', value: 'STAGE=blue' },
    ],
  });
});
