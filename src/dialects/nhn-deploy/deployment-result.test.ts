import { describe, expect, it } from 'vitest';
import type { HostRunView, RolloutState, RolloutView, StepRunView } from '../../engine/index.ts';
import type { Layout } from './compile.ts';
import { deploymentResult, deployStatus } from './deployment-result.ts';

const task = (
  orderNo: number,
  from: number,
  to = from + 1,
  type: 'user-command' | 'file-deploy' = 'user-command',
) => ({
  orderNo,
  name: `task ${orderNo}`,
  type,
  from,
  to,
});
const layout: Layout = [{ planStage: 0, hosts: ['s1'], tasks: [task(1, 1), task(2, 2)] }];

type Step = Partial<StepRunView> & Pick<StepRunView, 'state'>;

function hostRun(state: HostRunView['state'], steps: Step[], change: Partial<HostRunView> = {}): HostRunView {
  const full = steps.map((step, index) => ({
    index,
    kind: 'script',
    name: '',
    exitCode: null,
    reason: null,
    reasonText: null,
    startedAt: null,
    endedAt: null,
    stdoutBytes: 0,
    stderrBytes: 0,
    ...step,
  }));
  const base = {
    id: 9,
    host: 's1',
    position: 0,
    reason: null,
    reasonText: null,
    startedAt: null,
    endedAt: null,
  };
  return { ...base, state, steps: full, ...change };
}

function view(state: RolloutState, ...hostRuns: HostRunView[]): RolloutView {
  return {
    id: 'r',
    owner: { dialect: 'nhn-deploy', noun: 'deployment', id: '1' },
    title: '',
    resource: '/',
    requestedBy: 'dev@example.com',
    state,
    reason: null,
    reasonText: null,
    acceptedAt: 0,
    startedAt: null,
    endedAt: null,
    stages: [{ index: 0, name: 'servers', compensation: false, hostRuns }],
  };
}

const check: Step = { state: 'succeeded' };
const text = (value: string | null) => ({ kind: 'text', text: value });

describe('what servers did', () => {
  it('a server that succeeded has an entry for every task and none for the check', () => {
    const run = hostRun('succeeded', [
      check,
      { state: 'succeeded', exitCode: 0, stdoutBytes: 3 },
      { state: 'succeeded', exitCode: 0 },
    ]);
    const [server] = deploymentResult(layout, view('succeeded', run));
    expect(server).toMatchObject({ hostname: 's1', status: 'success' });
    expect(
      server?.tasks.map(({ orderNo, taskName, status, exitCode }) => [orderNo, taskName, status, exitCode]),
    ).toEqual([
      [1, 'task 1', 'success', 0],
      [2, 'task 2', 'success', 0],
    ]);
    expect(server?.tasks[0]?.result).toMatchObject({
      kind: 'output',
      hostRunId: 9,
      stepIndex: 1,
      stream: 'stdout',
    });
    expect(server?.tasks[0]?.stdErrResult).toEqual(text(null));
    expect(server?.tasks[1]?.result).toEqual(text(''));
  });

  it('tasks behind a failed one have no entry', () => {
    const run = hostRun('failed', [
      check,
      { state: 'failed', exitCode: 3, reason: 'exit-code' },
      { state: 'skipped' },
    ]);
    const [server] = deploymentResult(layout, view('failed', run));
    expect(server?.status).toBe('fail');
    expect(server?.tasks).toMatchObject([
      { orderNo: 1, status: 'fail', exitCode: 3, stdErrResult: text(null) },
    ]);
  });

  it('a task that ran too long says so in its standard error, once', () => {
    const ended = { state: 'failed', reason: 'timeout', reasonText: 'ended after 60 s' } as const;
    const [quiet] = deploymentResult(layout, view('failed', hostRun('failed', [check, ended])));
    expect(quiet?.tasks[0]?.stdErrResult).toEqual(text('ended after 60 s'));
    // The agent's own words of it are among these bytes.
    const [loud] = deploymentResult(
      layout,
      view('failed', hostRun('failed', [check, { ...ended, stderrBytes: 5 }])),
    );
    expect(loud?.tasks[0]?.stdErrResult).toMatchObject({ kind: 'output', note: null });
  });

  it('an interrupted task gives its reason behind its standard error', () => {
    const ended = {
      state: 'interrupted',
      reason: 'interrupted',
      reasonText: 'the agent stopped',
      stderrBytes: 5,
    } as const;
    const [server] = deploymentResult(layout, view('failed', hostRun('failed', [check, ended])));
    expect(server?.tasks[0]?.stdErrResult).toMatchObject({ kind: 'output', note: 'the agent stopped' });
  });

  it('an offline agent is told as a failed agent check', () => {
    const run = hostRun('failed', [{ state: 'skipped' }, { state: 'skipped' }], {
      reason: 'unreachable',
      reasonText: 's1 is down',
    });
    const [server] = deploymentResult(layout, view('failed', run));
    expect(server?.tasks).toEqual([
      {
        orderNo: 1,
        taskName: 'agent check',
        status: 'fail',
        exitCode: null,
        result: text('s1 is down'),
        stdErrResult: text(null),
      },
    ]);
  });

  it('a missing shell is told as a failed agent check, in the words of the check', () => {
    const run = hostRun('failed', [
      { state: 'failed', reason: 'step-error', stdoutBytes: 20 },
      { state: 'skipped' },
    ]);
    const [server] = deploymentResult(layout, view('failed', run));
    expect(server?.tasks).toMatchObject([
      { taskName: 'agent check', result: { kind: 'output', stepIndex: 0 } },
    ]);
  });

  it('a server lost between two tasks fails with its reason behind what it did', () => {
    const run = hostRun('lost', [check, { state: 'succeeded', exitCode: 0 }, { state: 'pending' }], {
      reasonText: 'not heard',
    });
    const [server] = deploymentResult(layout, view('failed', run));
    expect(server?.status).toBe('fail');
    expect(server?.tasks.map((each) => [each.orderNo, each.status, each.result])).toEqual([
      [1, 'success', text('')],
      [2, 'fail', text('not heard')],
    ]);
  });

  it('a server lost within a task fails with that task', () => {
    const run = hostRun('lost', [check, { state: 'running' }, { state: 'pending' }]);
    const [server] = deploymentResult(layout, view('failed', run));
    expect(server?.tasks.map((each) => [each.orderNo, each.status])).toEqual([[1, 'fail']]);
  });

  it('a stopped server shows its running task as cancelled', () => {
    const run = hostRun('cancelled', [
      check,
      { state: 'cancelled', reason: 'cancelled' },
      { state: 'skipped' },
    ]);
    const [server] = deploymentResult(layout, view('cancelled', run));
    expect(server).toMatchObject({ status: 'cancel', tasks: [{ status: 'cancel' }] });
  });

  it('a running task has no status yet', () => {
    const run = hostRun('running', [check, { state: 'running' }, { state: 'pending' }]);
    const [server] = deploymentResult(layout, view('running', run));
    expect(server).toMatchObject({ status: 'deploying', tasks: [{ orderNo: 1, status: null }] });
  });

  it('several files are one task, which succeeds with the last of them', () => {
    const files: Layout = [{ planStage: 0, hosts: ['s1'], tasks: [task(1, 1, 3, 'file-deploy')] }];
    const states = (one: Step['state'], other: Step['state'], reasonText: string | null = null) =>
      deploymentResult(
        files,
        view('running', hostRun('running', [check, { state: one }, { state: other, reasonText }])),
      )[0]?.tasks;
    expect(states('succeeded', 'succeeded')).toMatchObject([{ status: 'success', result: text('Success') }]);
    expect(states('succeeded', 'running')).toMatchObject([{ status: null, result: text(null) }]);
    expect(states('succeeded', 'failed', 'disk full')).toMatchObject([
      { status: 'fail', result: text('disk full') },
    ]);
    expect(states('pending', 'pending')).toEqual([]);
  });

  it('pre-run servers stand before the targets, which are cancelled when a pre-run task fails', () => {
    const two: Layout = [
      { planStage: 0, hosts: ['s1'], tasks: [task(1, 1)] },
      { planStage: 1, hosts: ['s1', 's2'], tasks: [task(1, 1)] },
    ];
    const run = hostRun('failed', [check, { state: 'failed', exitCode: 1, reason: 'exit-code' }]);
    expect(
      deploymentResult(two, view('failed', run)).map(({ hostname, status, tasks }) => [
        hostname,
        status,
        tasks.length,
      ]),
    ).toEqual([
      ['s1', 'fail', 1],
      ['s1', 'cancel', 0],
      ['s2', 'cancel', 0],
    ]);
  });

  it('targets without tasks succeed with the pre-run tasks', () => {
    const idle: Layout = [
      { planStage: 0, hosts: ['s1'], tasks: [task(1, 1)] },
      { planStage: null, hosts: ['s2'], tasks: [] },
    ];
    const status = (state: RolloutState) =>
      deploymentResult(idle, view(state, hostRun('running', [check])))[1]?.status;
    expect([status('succeeded'), status('failed'), status('running')]).toEqual([
      'success',
      'cancel',
      'deploying',
    ]);
  });

  it.each<[RolloutState, string]>([
    ['queued', 'deploying'],
    ['running', 'deploying'],
    ['cancelling', 'deploying'],
    ['failing', 'deploying'],
    ['succeeded', 'success'],
    ['failed', 'fail'],
    ['cancelled', 'fail'],
  ])('a rollout that is %s shows as %s', (state, status) => {
    expect(deployStatus(state)).toBe(status);
  });
});
