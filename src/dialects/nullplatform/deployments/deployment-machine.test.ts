import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeploymentStatus } from '../statuses.ts';
import { decide } from './deployment-machine.ts';
import {
  type DeploymentCommand,
  type DeploymentEvent,
  type DeploymentState,
  deploymentStatuses,
  isInProgress,
} from './deployment-state.ts';

const fresh = (strategy: 'initial' | 'blue_green'): DeploymentState => ({
  status: 'creating',
  statusInScope: 'candidate',
  strategy,
  data: {},
  startedAt: {},
  action: null,
  next: null,
  switchedFullyAt: null,
  isByHand: false,
});

// biome-ignore lint/suspicious/noExplicitAny: an event without its time
type Timeless = any;

/** Feeds events a millisecond apart; a refused one is an error of the test. */
function run(start: DeploymentState, ...events: Timeless[]) {
  let state = start;
  const commands: DeploymentCommand[] = [];
  for (const [index, event] of events.entries()) {
    const decision = decide(state, { at: 1000 + index, ...event });
    if ('refused' in decision) throw new Error(decision.refused);
    state = decision.state;
    commands.push(...decision.commands);
  }
  return { state, commands, done: commands.filter((command) => command.do !== 'say') };
}

const created = { kind: 'created', approval: 'none' };
const started = { kind: 'action-started', wanted: 2 };
const succeeded = { kind: 'action-ended', succeeded: true };
const failed = { kind: 'action-ended', succeeded: false, why: 'it failed' };
const patch = (status?: string, desired?: number) => ({
  kind: 'patched',
  ...(status === undefined ? {} : { status }),
  ...(desired === undefined ? {} : { desired }),
});
const running = (strategy: 'initial' | 'blue_green' = 'blue_green') =>
  run(fresh(strategy), created, started, succeeded).state;

/** A deployment that was brought to a status by events alone. */
const reached: Readonly<Record<string, DeploymentState>> = {
  creating_approval: run(fresh('blue_green'), { kind: 'created', approval: 'asked' }).state,
  creating_approval_denied: run(fresh('blue_green'), { kind: 'created', approval: 'denied' }).state,
  creating: run(fresh('blue_green'), created).state,
  waiting_for_instances: run(fresh('blue_green'), created, started).state,
  running: running(),
  finalizing: run(running(), patch('finalizing')).state,
  finalized: run(running(), patch('finalizing'), succeeded).state,
  cancelling: run(running(), patch('cancelling')).state,
  rolling_back: run(running(), patch('rolling_back')).state,
  cancelled: run(fresh('blue_green'), created, started, patch('cancelling'), failed, succeeded).state,
  rolled_back: run(running(), patch('cancelling'), succeeded).state,
  failed: run(fresh('blue_green'), created, started, failed, succeeded).state,
  deleting: run(running(), patch('finalizing'), succeeded, { kind: 'scope-gone' }).state,
  deleted: run(running(), patch('finalizing'), succeeded, { kind: 'scope-gone' }, succeeded).state,
};

function answer(from: string, event: Timeless): string {
  const decision = decide(reached[from] as DeploymentState, { at: 5000, ...event });
  return 'refused' in decision ? decision.refused : decision.state.status;
}

describe('the statuses of a deployment', () => {
  it('are all reached by the events that the contract names', () => {
    for (const status of deploymentStatuses) expect(reached[status]?.status).toBe(status);
  });

  it.each<[DeploymentStatus, string, string]>([
    ['creating_approval', 'cancelled', 'no'],
    ['creating', 'cancelling', 'no'],
    ['waiting_for_instances', 'cancelling', 'no'],
    ['running', 'cancelling', 'finalizing'],
    ['finalizing', 'no', 'finalizing'],
    ['cancelling', 'cancelling', 'no'],
    ['rolling_back', 'rolling_back', 'no'],
    ['finalized', 'no', 'finalized'],
    ['cancelled', 'no', 'no'],
    ['rolled_back', 'no', 'no'],
    ['failed', 'no', 'no'],
    ['creating_approval_denied', 'no', 'no'],
    ['deleting', 'no', 'no'],
    ['deleted', 'no', 'no'],
  ])('%s answers cancelling and finalizing as the contract 4.3 says', (from, cancelling, finalizing) => {
    const expected = (to: string, word: string) =>
      word === 'no' ? `Invalid status transition: ${from} -> ${to}` : word;
    expect(answer(from, patch('cancelling'))).toBe(expected('cancelling', cancelling));
    expect(answer(from, patch('finalizing'))).toBe(expected('finalizing', finalizing));
  });

  it('take traffic while a blue-green deployment waits or runs, and never else', () => {
    const takes = deploymentStatuses.filter(
      (status) => !answer(status, patch(undefined, 25)).startsWith('Inv'),
    );
    expect(takes).toEqual(['waiting_for_instances', 'running']);
    const initial = run(fresh('initial'), created, started).state;
    expect(decide(initial, { at: 1, kind: 'patched', desired: 25 })).toEqual({
      refused: 'Invalid parameter: strategy_data.desired_switched_traffic',
    });
  });

  it('stay what they are when they are asked for again', () => {
    for (const status of deploymentStatuses) expect(answer(status, patch(status))).toBe(status);
  });

  it('are refused when they are no words of the list or not for users', () => {
    expect(answer('running', patch('banana'))).toBe('Invalid status: banana');
    expect(answer('running', patch('finalized'))).toBe('Invalid status transition: running -> finalized');
    expect(answer('creating', patch('rolling_back'))).toBe(
      'Invalid status transition: creating -> rolling_back',
    );
    expect(answer('creating_approval', patch('creating'))).toBe(
      'Invalid status transition: creating_approval -> creating',
    );
  });
});

describe('an initial deployment', () => {
  it('finalizes by itself once it is healthy, and serves', () => {
    const { state, done } = run(fresh('initial'), created, started, succeeded);
    expect(Object.keys(state.startedAt)).toEqual([
      'creating',
      'waiting_for_instances',
      'running',
      'finalized',
    ]);
    expect(state).toMatchObject({
      status: 'finalized',
      statusInScope: 'active',
      data: { switched_traffic: 100 },
    });
    expect(done.map((command) => command.do)).toEqual(['run', 'activate', 'free-slot']);
  });

  it('is cancelled while it starts, and its instances are removed', () => {
    const { state, done } = run(fresh('initial'), created, started, patch('cancelling'), failed, succeeded);
    expect(state).toMatchObject({ status: 'cancelled', statusInScope: 'inactive' });
    expect(done.slice(1)).toEqual([
      { do: 'cancel-action' },
      { do: 'run', action: { slug: 'delete-deployment', end: 'cancelled' } },
      { do: 'retire' },
      { do: 'free-slot' },
    ]);
  });
});

describe('a blue-green deployment', () => {
  it('stays at 0 % until somebody moves traffic', () => {
    expect(running()).toMatchObject({
      status: 'running',
      action: null,
      data: { switched_traffic: 0, desired_switched_traffic: 0, amount_instances_to_wait: 2 },
    });
  });

  it('applies traffic that was wished for while it waited as soon as it runs', () => {
    const { state } = run(fresh('blue_green'), created, started, patch(undefined, 40), succeeded);
    expect(state.action).toEqual({ slug: 'switch-traffic', traffic: 40 });
  });

  it('is moved by its strategy until a person moves it, if only to say that it is to stay', () => {
    const step = (percentage: number) => ({ kind: 'traffic-due', percentage });
    const followed = run(running(), step(10), succeeded);
    expect(followed.state.data.switched_traffic).toBe(10);
    for (const wish of [5, 10, 60]) {
      const { state, done } = run(followed.state, patch(undefined, wish));
      expect(done).toContainEqual({ do: 'leave-steps' });
      const after = run(state, succeeded, step(50));
      expect(after.state.data).toMatchObject({ desired_switched_traffic: wish, switched_traffic: wish });
      expect(run(after.state, patch(undefined, wish)).done).toEqual([]);
      expect(run(after.state, { kind: 'rule-broken', why: 'errors' }).state.status).toBe('rolling_back');
    }
    const early = run(fresh('blue_green'), created, started, patch(undefined, 5), succeeded, succeeded);
    expect(run(early.state, step(50)).state.data.desired_switched_traffic).toBe(5);
  });

  it('lets a newer switch take the place of one that waits, and finalising the place of both', () => {
    const two = run(running(), patch(undefined, 10), patch(undefined, 20), patch(undefined, 30));
    expect(two.state).toMatchObject({ action: { traffic: 10 }, next: { traffic: 30 } });
    expect(run(two.state, patch('finalizing')).state.next).toEqual({ slug: 'finalize-blue-green' });
    expect(run(two.state, succeeded).state).toMatchObject({
      data: { switched_traffic: 10 },
      action: { traffic: 30 },
    });
  });

  it('rolls back when a switch fails', () => {
    const { state } = run(running(), patch(undefined, 10), failed);
    expect(state).toMatchObject({ status: 'rolling_back', action: { end: 'rolled_back' } });
    expect(run(state, succeeded).state.status).toBe('rolled_back');
  });

  it('ends rolled back when it is cancelled while it runs', () => {
    expect(run(running(), patch('cancelling'), { kind: 'action-routed' }, failed).state.status).toBe(
      'rolled_back',
    );
  });

  it('is finalized once the traffic is there, even when an old instance could not be stopped', () => {
    const routed = run(running(), patch('finalizing'), { kind: 'action-routed' });
    expect(routed.state.data.switched_traffic).toBe(100);
    expect(run(routed.state, failed).state.status).toBe('finalized');
  });

  it('fails, and keeps the old version, when finalising cannot move the traffic', () => {
    const { state, done } = run(running(), patch('finalizing'), failed);
    expect(state).toMatchObject({ status: 'failed', statusInScope: 'inactive' });
    expect(done.map((command) => command.do)).toEqual(['run', 'retire', 'free-slot']);
  });

  it('undoes a failed start before it is called failed, and a cancel meanwhile ends cancelled', () => {
    const undoing = run(fresh('blue_green'), created, started, failed).state;
    expect(undoing).toMatchObject({ status: 'waiting_for_instances', action: { end: 'failed' } });
    expect(run(undoing, succeeded).state.status).toBe('failed');
    expect(run(undoing, patch('cancelling'), succeeded).state.status).toBe('cancelled');
  });

  it('is finalized by the platform two hours after it got all traffic, not before and not below 100 %', () => {
    const full = run(running(), patch(undefined, 100), succeeded);
    expect(full.done).toContainEqual({ do: 'finalize-later' });
    const after = 7_200_000;
    const due = (state: DeploymentState, at: number) =>
      run(state, { kind: 'finalize-due', after, at }).state.status;
    expect(due(full.state, 1001 + after)).toBe('finalizing');
    expect(due(full.state, 1000 + after)).toBe('running');
    expect(due(run(full.state, patch(undefined, 99), succeeded).state, 9 * after)).toBe('running');
  });

  it('is rolled back by a broken rule, and by its expiry when it runs', () => {
    expect(run(running(), { kind: 'rule-broken', why: 'errors' }).state.status).toBe('rolling_back');
    expect(run(running(), { kind: 'expired' }).state.status).toBe('rolling_back');
    expect(answer('creating', { kind: 'expired' })).toBe('cancelling');
    expect(answer('creating_approval', { kind: 'expired' })).toBe('cancelled');
    expect(answer('finalizing', { kind: 'expired' })).toBe('finalizing');
  });
});

describe('the share that an agent reports', () => {
  const report = (share: number, status?: DeploymentStatus) => ({
    kind: 'reported',
    data: { switched_traffic: share },
    ...(status === undefined ? {} : { status }),
  });
  const from = (state: DeploymentState, ...shares: number[]) =>
    shares.map((share) => {
      const decision = decide(state, { at: 9000, ...report(share) } as DeploymentEvent);
      return 'refused' in decision ? decision.refused : decision.state.data.switched_traffic;
    });
  const refused = 'Invalid parameter: strategy_data.switched_traffic';

  it('lies between where the traffic is and where the action under way moves it', () => {
    const at40 = run(running(), patch(undefined, 40), succeeded).state;
    expect(from(at40, 39, 40, 41)).toEqual([refused, 40, refused]);
    expect(from(run(at40, patch(undefined, 60)).state, 39, 40, 50, 60, 61)).toEqual([
      ...[refused, 40, 50, 60],
      refused,
    ]);
    expect(from(run(at40, patch('finalizing')).state, 39, 70, 100)).toEqual([refused, 70, 100]);
    expect(from(run(at40, patch('cancelling')).state, 41, 10, 0)).toEqual([refused, 10, 0]);
    const starting = run(fresh('blue_green'), created, started).state;
    expect(from(starting, 0, 1)).toEqual([0, refused]);
    expect(from(reached.finalized as DeploymentState, 100, 50)).toEqual([100, refused]);
    expect(from(reached.rolled_back as DeploymentState, 1)).toEqual([refused]);
  });

  it('may be on the way to a newer wish than the action under way', () => {
    const at40 = run(running(), patch(undefined, 40), succeeded).state;
    const up = run(at40, patch(undefined, 60));
    const turned = run(up.state, report(50), patch(undefined, 20)).state;
    expect(from(turned, 30, 19, 61)).toEqual([30, refused, refused]);
    const { state } = run(turned, report(30), report(20));
    expect(state).toMatchObject({ action: null, next: null, data: { switched_traffic: 20 } });
    const finalizing = run(up.state, patch('finalizing')).state;
    expect(from(finalizing, 39, 80)).toEqual([refused, 80]);
    const cancelled = run(up.state, patch('cancelling')).state;
    expect(from(cancelled, 10, 61)).toEqual([10, refused]);
  });

  it('does not take the place of what the end of an action means', () => {
    const initial = run(fresh('initial'), created, started).state;
    expect(run(initial, report(0, 'running')).state).toMatchObject({
      status: 'finalized',
      data: { switched_traffic: 100, desired_switched_traffic: 100 },
    });
    const finalizing = run(running(), patch('finalizing')).state;
    expect(run(finalizing, report(20, 'finalized')).state.data.switched_traffic).toBe(100);
  });

  it('ends a switch when it is there, also when the agent goes by a newer wish than its action', () => {
    const two = run(running(), patch(undefined, 10), patch(undefined, 30)).state;
    expect(run(two, report(30)).state).toMatchObject({
      ...{ action: null, next: null },
      data: { switched_traffic: 30 },
    });
    expect(run(two, report(10)).state).toMatchObject({ action: { traffic: 30 }, next: null });
  });
});

describe('any order of events', () => {
  const event = fc.oneof<fc.Arbitrary<Timeless>[]>(
    fc.constant(started),
    fc.constant({ kind: 'action-routed' }),
    fc.constant({ kind: 'expired' }),
    fc.constant({ kind: 'rule-broken', why: 'errors' }),
    fc.constant({ kind: 'finalize-due', after: 10 }),
    fc.constant({ kind: 'scope-gone' }),
    fc.boolean().map((done) => ({ kind: 'action-ended', succeeded: done })),
    fc.nat(100).map((percentage) => ({ kind: 'traffic-due', percentage })),
    fc.nat(100).map((desired) => patch(undefined, desired)),
    fc.constantFrom(...deploymentStatuses).map((status) => patch(status)),
    fc.constantFrom(...deploymentStatuses).map((status) => ({ kind: 'reported', status })),
    fc.nat(100).map((share) => ({ kind: 'reported', data: { switched_traffic: share } })),
    fc
      .record({ launched: fc.nat(4), healthy: fc.nat(4) })
      .map((counts) => ({ kind: 'instances', ...counts })),
    fc
      .constantFrom('executed', 'denied', 'cancelled', 'expired')
      .map((outcome) => ({ kind: 'approval', outcome })),
  );

  it('keeps one action at most, grows the history, frees the slot once and always comes to an end', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<'initial' | 'blue_green'>('initial', 'blue_green'),
        fc.constantFrom('none', 'asked', 'denied'),
        fc.array(event, { maxLength: 40 }),
        (strategy, approval, events) => {
          let state = fresh(strategy);
          let slots = 1;
          let at = 1;
          const feed = (next: Timeless) => {
            const before = state;
            at += 1;
            const decision = decide(state, { at, ...next } as DeploymentEvent);
            if ('refused' in decision) return;
            state = decision.state;
            const runs = decision.commands.filter((command) => command.do === 'run');
            expect(runs.length).toBeLessThanOrEqual(1);
            if (runs.length > 0) expect(state.action).toEqual(runs[0]?.action);
            slots -= decision.commands.filter((command) => command.do === 'free-slot').length;
            for (const status of Object.keys(before.startedAt))
              expect(state.startedAt).toHaveProperty(status);
            if (!isInProgress(state.status) && state.status !== 'deleting') expect(state.action).toBeNull();
            expect(state.statusInScope === 'active').toBe(
              state.status === 'finalized' || state.status === 'deleting',
            );
          };
          feed({ kind: 'created', approval });
          for (const next of events) feed(next);
          for (let turn = 0; turn < 10 && isInProgress(state.status); turn += 1) {
            feed(state.action ? succeeded : { kind: 'expired' });
          }
          expect(isInProgress(state.status)).toBe(false);
          // The delete of an active deployment gives back no slot of its own: it had given it back long before.
          const isDeleted = state.status === 'deleted';
          expect(slots).toBe(isDeleted ? -1 : 0);
        },
      ),
    );
  });
});
