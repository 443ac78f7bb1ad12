import { expect, test } from 'vitest';
import type { HostRunView, RolloutView, StepRunView } from '../engine/index.ts';
import { describeRollout, transitions } from './rollout-text.ts';

const ended = { reason: null, reasonText: null, startedAt: null, endedAt: null };
const step = (change: Partial<StepRunView>): StepRunView => ({
  index: 0,
  kind: 'script',
  name: 'start',
  state: 'pending',
  exitCode: null,
  stdoutBytes: 0,
  stderrBytes: 0,
  ...ended,
  ...change,
});
const run = (change: Partial<HostRunView>): HostRunView => ({
  id: 1,
  host: 's1',
  position: 0,
  state: 'waiting',
  steps: [step({})],
  ...ended,
  ...change,
});
const rollout = (state: RolloutView['state'], hostRuns: HostRunView[]): RolloutView => ({
  id: 'r1',
  owner: { dialect: 'nhn-deploy', noun: 'deployment', id: '1' },
  title: 'shop-api · release on web',
  resource: '/',
  requestedBy: 'dev@example.com',
  acceptedAt: 0,
  stages: [{ index: 0, name: 'targets', compensation: false, hostRuns }],
  ...ended,
  state,
});

test('only what changed is told, and states that lead nowhere new are not', () => {
  const queued = rollout('queued', [run({})]);
  const running = rollout('running', [run({ state: 'running', steps: [step({ state: 'running' })] })]);
  const failed: RolloutView = {
    ...rollout('failed', [
      run({
        state: 'failed',
        reasonText: 'start failed',
        steps: [step({ state: 'failed', exitCode: 3, reasonText: 'exit code 3' })],
      }),
    ]),
    endedAt: 5,
  };
  expect(transitions(undefined, queued)).toEqual(['rollout queued']);
  expect(transitions(queued, running)).toEqual(['rollout running', 's1 · targets · start: running']);
  expect(transitions(running, running)).toEqual([]);
  expect(transitions(running, failed)).toEqual([
    's1 · targets · start: failed (exit code 3)',
    's1 · targets: failed (start failed)',
    'rollout failed',
  ]);
});

test('a description has a line for every host and task', () => {
  const text = describeRollout(
    rollout('succeeded', [
      run({
        state: 'succeeded',
        steps: [step({ state: 'succeeded', exitCode: 0, startedAt: 0, endedAt: 200 })],
      }),
      run({ id: 2, host: null, state: 'skipped' }),
    ]),
    1000,
  );
  expect(text).toContain('title     shop-api · release on web');
  expect(text).toMatch(/s1 +succeeded/);
  expect(text).toMatch(/start +succeeded +0 +200 ms/);
  expect(text).toMatch(/server +skipped/);
});
