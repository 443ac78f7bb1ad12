import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHeld, Model, type ModelHostRun } from '../../../test/harness/decide-model.ts';
import type { PlanRules, StageRules, StepRules } from './index.ts';

const allowedRollout = new Set([
  'queued running',
  'queued failing',
  'queued cancelling',
  'queued failed',
  'queued cancelled',
  'running cancelling',
  'running failing',
  'running succeeded',
  'running failed',
  'running cancelled',
  'cancelling cancelled',
  'failing failed',
]);

const allowedHostRun = new Set([
  'waiting leased',
  'waiting running',
  'waiting succeeded',
  'waiting failed',
  'waiting cancelled',
  'waiting skipped',
  'leased running',
  'leased succeeded',
  'leased failed',
  'leased cancelled',
  'leased lost',
  'running succeeded',
  'running failed',
  'running cancelled',
  'running lost',
]);

const step: fc.Arbitrary<StepRules> = fc.record({
  where: fc.constantFrom('agent', 'server'),
  ignoresFailure: fc.boolean(),
});

const stage: fc.Arbitrary<StageRules> = fc
  .record({
    select: fc.constantFrom('all' as const, 'all' as const, 'one' as const),
    concurrency: fc.integer({ min: 0, max: 3 }),
    onFailure: fc.constantFrom('stop' as const, 'continue' as const, 'abort' as const),
    whenDown: fc.constantFrom('fail' as const, 'skip' as const),
    timeoutSeconds: fc.constantFrom(null, null, 1),
    kind: fc.constantFrom('ordinary', 'ordinary', 'final', 'compensation'),
    deferred: fc.boolean(),
    onServerLoss: fc.constantFrom('resume' as const, 'fail' as const, 'cancel' as const),
  })
  .map(({ kind, ...rules }) => ({
    ...rules,
    final: kind === 'final',
    compensation: kind === 'compensation',
  }));

const scene = fc.record({
  stages: fc
    .array(
      fc.record({
        rules: stage,
        hosts: fc.integer({ min: 1, max: 5 }),
        steps: fc.array(step, { minLength: 1, maxLength: 4 }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .filter((stages) => stages.some((one) => !one.rules.compensation)),
  onServerLossWhileQueued: fc.constantFrom('resume' as const, 'fail' as const, 'cancel' as const),
  choices: fc.array(fc.nat(), { maxLength: 200 }),
});

type Scene = typeof scene extends fc.Arbitrary<infer Value> ? Value : never;

function model({ stages, onServerLossWhileQueued }: Scene): Model {
  const rules: PlanRules = { stages: stages.map((one) => one.rules), onServerLossWhileQueued };
  return new Model(
    rules,
    stages.map((one) => one.hosts),
    stages.map((one) => one.steps),
  );
}

/** What the world may do to a host run now. */
function actions(play: Model, run: ModelHostRun): (() => void)[] {
  const { phase, nextStep, steps } = run.core;
  const end = (state: 'succeeded' | 'failed' | 'cancelled' | 'interrupted') => () =>
    play.feed(
      {
        kind: 'step-ended',
        index: nextStep,
        outcome: { state, reason: state === 'succeeded' ? null : 'exit-code', reasonText: null },
      },
      run,
    );
  const start = () => play.feed({ kind: 'step-started', index: nextStep }, run);
  switch (phase) {
    case 'locking':
      return [
        () => play.feed({ kind: 'lock-granted', up: true }, run),
        () => play.feed({ kind: 'lock-granted', up: false }, run),
      ];
    case 'offered':
      return [() => play.feed({ kind: 'leased' }, run), () => play.feed({ kind: 'host-down' }, run)];
    case 'leased': {
      const agent = steps[nextStep]?.where === 'agent' && (run.core.reason === null || run.core.cancelAsked);
      const over = () => play.feed({ kind: 'lease-ended' }, run);
      const lost = () => play.feed({ kind: 'lost', text: 'gone' }, run);
      return agent
        ? [
            end('succeeded'),
            start,
            end('succeeded'),
            end('failed'),
            end('cancelled'),
            end('interrupted'),
            lost,
            over,
            () => play.feed({ kind: 'lease-returned' }, run),
          ]
        : [over, lost];
    }
    case 'server':
      return [end('succeeded'), start, end('failed'), end('cancelled'), end('interrupted')];
    default:
      return [];
  }
}

/** What the world may do to the rollout now; the first of all is always progress. */
function enabled(play: Model): (() => void)[] {
  if (play.rollout.state === 'queued') {
    return [
      () => play.feed({ kind: 'locks-granted' }),
      () => play.feed({ kind: 'lock-timeout', lock: 'stack:9' }),
      () => play.feed({ kind: 'cancel-asked', by: 'somebody' }),
      () => play.feed({ kind: 'server-lost' }),
    ];
  }
  const runs = play.hostRuns
    .filter((run) => run.stage === play.rollout.stage)
    .flatMap((run) => actions(play, run));
  const late = play.hostRuns.filter((run) => run.core.phase === 'ended').slice(0, 1);
  return [
    ...runs,
    () => play.feed({ kind: 'cancel-asked', by: 'somebody' }),
    () => play.feed({ kind: 'server-lost' }),
    () => play.feed({ kind: 'lock-broken' }),
    () => {
      play.now += 2_000;
      play.feed({ kind: 'stage-timeout' });
    },
    ...late.flatMap((run) => [
      () => play.feed({ kind: 'lease-ended' }, run),
      () =>
        play.feed(
          { kind: 'step-ended', index: 0, outcome: { state: 'succeeded', reason: null, reasonText: null } },
          run,
        ),
      () => play.feed({ kind: 'leased' }, run),
    ]),
  ];
}

/** Plays the scene, checking after every event; when its choices are used up, only progress is made. */
function play(one: Scene, check: (play: Model) => void): Model {
  const played = model(one);
  const choices = [...one.choices];
  let world = 0;
  played.up = () => (choices[world++ % Math.max(1, choices.length)] ?? 1) % 4 !== 0;
  played.free = () => (choices[world++ % Math.max(1, choices.length)] ?? 1) % 3 !== 0;
  for (const choice of choices) {
    if (played.ended) break;
    const possible = enabled(played);
    possible[choice % possible.length]?.();
    check(played);
  }
  for (let rounds = 0; !played.ended && rounds < 500; rounds += 1) {
    const [progress] = enabled(played);
    progress?.();
    check(played);
  }
  return played;
}

function unended(played: Model): number {
  return played.hostRuns.filter((run) => run.core.phase !== 'ended').length;
}

describe('every order of events', () => {
  it('ends the rollout, and every host run of it', () => {
    fc.assert(
      fc.property(scene, (one) => {
        const played = play(one, () => {});
        expect(played.ended).toBe(true);
        expect(unended(played)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('makes allowed transitions only', () => {
    fc.assert(
      fc.property(scene, (one) => {
        const played = play(one, () => {});
        expect(played.transitions.filter((move) => !allowedHostRun.has(move))).toEqual([]);
        expect(played.rolloutTransitions.filter((move) => !allowedRollout.has(move))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the counters of every stage true, and the window closed', () => {
    fc.assert(
      fc.property(scene, (one) => {
        play(one, (played) => {
          for (const [index, core] of played.stages.entries()) {
            const runs = played.hostRuns.filter((run) => run.stage === index);
            const count = (isIt: (run: ModelHostRun) => boolean) => runs.filter(isIt).length;
            expect(core.queued).toBe(count((run) => run.core.phase === 'queued'));
            expect(core.locking).toBe(count((run) => run.core.phase === 'locking'));
            expect(core.offered).toBe(count((run) => run.core.phase === 'offered' && !isHeld(run.core)));
            expect(core.held).toBe(count((run) => isHeld(run.core)));
            expect(core.succeeded).toBe(count((run) => run.core.state === 'succeeded'));
            expect(core.failed).toBe(
              count((run) => run.core.state === 'failed' || run.core.state === 'lost'),
            );
            expect(core.cancelled).toBe(count((run) => run.core.state === 'cancelled'));
            expect(core.skipped).toBe(count((run) => run.core.state === 'skipped'));
            const limit = played.rules.stages[index]?.concurrency ?? 0;
            if (limit > 0) expect(core.locking + core.offered + core.held).toBeLessThanOrEqual(limit);
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it('lets a cancelled host run start no step', () => {
    fc.assert(
      fc.property(scene, (one) => {
        const played = play(one, () => {});
        expect(played.hostRuns.filter((run) => run.startedAfterCancel > 0)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('enters stages in order, ordinary ones before a failure and compensations after it, none behind a final one that failed', () => {
    fc.assert(
      fc.property(scene, (one) => {
        let compensating = false;
        let finalFailed = false;
        let seen = 0;
        play(one, (played) => {
          for (const index of played.entered.slice(seen)) {
            const rules = played.rules.stages[index];
            if (rules?.compensation) expect(played.rollout.state).not.toBe('running');
            else expect(compensating).toBe(false);
            expect(finalFailed).toBe(false);
            if (rules?.compensation) compensating = true;
          }
          seen = played.entered.length;
          finalFailed ||= played.stages.some(
            (core, index) =>
              played.rules.stages[index]?.final &&
              (core.state === 'failed' || core.state === 'cancelled') &&
              played.entered.includes(index),
          );
          expect([...played.entered].sort((a, b) => a - b)).toEqual(played.entered);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('succeeds only when every host run of every ordinary stage succeeded or was skipped', () => {
    fc.assert(
      fc.property(scene, (one) => {
        const played = play(one, () => {});
        const good = played.hostRuns
          .filter((run) => !played.rules.stages[run.stage]?.compensation)
          .every((run) => run.core.state === 'succeeded' || run.core.state === 'skipped');
        if (played.rollout.state === 'succeeded') expect(good).toBe(true);
        else expect(played.rollout.reason).not.toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});
