import { describe, expect, it } from 'vitest';
import {
  databases,
  script,
  serverStep,
  type TestEngineOptions,
  useTestEngines,
} from '../../test/harness/engine.ts';
import { signal } from '../../test/harness/gate.ts';
import type { RolloutView } from './index.ts';

const { engine: open } = useTestEngines();

function states(view: RolloutView): string[][] {
  return view.stages.map((stage) => stage.hostRuns.map((run) => run.state));
}

describe.each(databases)('stages on $name', ({ url, missing }) => {
  const test = it.skipIf(missing);
  const engine = async (options: TestEngineOptions = {}) => open({ databaseUrl: await url(), ...options });

  test('a cancel ends waiting hosts at once and running ones as soon as they have stopped', async () => {
    const room = await engine();
    const started = signal();
    await room.agents(['s1', 's2', 's3'], async ({ cancelled }) => {
      started.come();
      await new Promise((resolve) => cancelled.addEventListener('abort', resolve));
      return { state: 'cancelled', reason: 'cancelled' };
    });
    const id = await room.accept({
      stages: [
        { name: 'a', hosts: ['s1', 's2', 's3'], concurrency: 1, steps: [script('long'), script('next')] },
      ],
    });
    await started.came;
    expect(await room.cancel(id)).toBe(true);
    const view = await room.engine.waitForEnd(id, AbortSignal.timeout(100_000));
    expect([view.state, view.reason]).toEqual(['cancelled', 'cancelled']);
    expect(states(view)).toEqual([['cancelled', 'cancelled', 'cancelled']]);
    expect(view.stages[0]?.hostRuns[0]?.steps.map((step) => step.state)).toEqual(['cancelled', 'skipped']);
    expect(await room.cancel(id)).toBe(false);
  });

  test('a host may be called like something that every object has', async () => {
    const room = await engine();
    await room.agents(['constructor', 's1']);
    const stepsByHost = { s1: [script('own')] };
    const view = await room.run({
      stages: [{ name: 'a', hosts: ['constructor', 's1'], steps: [script('all')], stepsByHost }],
    });
    expect(view.stages[0]?.hostRuns.map((run) => [run.state, run.steps[0]?.name])).toEqual([
      ['succeeded', 'all'],
      ['succeeded', 'own'],
    ]);
  });

  test('a failure elsewhere lets a host that stands between two agent segments finish', async () => {
    const weighed = signal();
    const handler = { kind: 'weigh', idempotent: true, run: async () => weighed.come() };
    const room = await engine({ handlers: [handler] });
    const [s1] = await room.agents(['s1']);
    await room.agents(['s2'], async ({ step }) => {
      if (step.name === 'one') await weighed.came;
      return { state: 'failed' };
    });
    const steps = [script('one')];
    const stepsByHost = { s1: [script('first'), serverStep('weigh'), script('last')] };
    const view = await room.run({ stages: [{ name: 'a', hosts: ['s1', 's2'], steps, stepsByHost }] });
    expect(states(view)).toEqual([['succeeded', 'failed']]);
    expect(s1?.started.size).toBe(2);
  });

  test('compensations run in order after a failure, and after a cancel, however the others of them end', async () => {
    const room = await engine();
    const ran: string[] = [];
    await room.agents(['s1'], ({ step }) => {
      ran.push(step.name);
      return step.name === 'bad' || step.name === 'undo 1' ? { state: 'failed' } : undefined;
    });
    const view = await room.run({
      stages: [
        { name: 'good', hosts: ['s1'], steps: [script('good')] },
        { name: 'bad', hosts: ['s1'], steps: [script('bad')] },
        { name: 'never', hosts: ['s1'], steps: [script('never')] },
        { name: 'undo 1', hosts: ['s1'], compensation: true, steps: [script('undo 1')] },
        { name: 'undo 2', hosts: ['s1'], compensation: true, steps: [script('undo 2')] },
      ],
    });
    expect(ran).toEqual(['good', 'bad', 'undo 1', 'undo 2']);
    expect(view.state).toBe('failed');
    expect(states(view)).toEqual([['succeeded'], ['failed'], ['cancelled'], ['failed'], ['succeeded']]);
  });

  test('compensations are skipped when nothing went wrong', async () => {
    const room = await engine();
    await room.agents(['s1']);
    const view = await room.run({
      stages: [
        { name: 'good', hosts: ['s1'], steps: [script('good')] },
        { name: 'undo', hosts: ['s1'], compensation: true, steps: [script('undo')] },
      ],
    });
    expect(view.state).toBe('succeeded');
    expect(states(view)).toEqual([['succeeded'], ['skipped']]);
  });

  test('a final stage hears no cancel, and its failure is not compensated', async () => {
    const room = await engine();
    const started = signal();
    const go = signal();
    await room.agents(['s1'], async ({ step }) => {
      if (step.name !== 'switch') return undefined;
      started.come();
      await go.came;
      return { state: 'failed' };
    });
    const id = await room.accept({
      stages: [
        { name: 'final', hosts: ['s1'], final: true, steps: [script('switch')] },
        { name: 'undo', hosts: ['s1'], compensation: true, steps: [script('undo')] },
      ],
    });
    await started.came;
    expect(await room.cancel(id)).toBe(false);
    go.come();
    const view = await room.engine.waitForEnd(id, AbortSignal.timeout(100_000));
    expect(view.state).toBe('failed');
    expect(states(view)).toEqual([['failed'], ['skipped']]);
  });

  test('a deferred stage gets its steps from what earlier steps returned, once, and they are kept', async () => {
    const ran: string[] = [];
    const room = await engine({
      handlers: [{ kind: 'resolve', idempotent: true, run: async () => ({ commit: 'abc123' }) }],
      expand: ({ expand }, earlier) => {
        const found = earlier('resolve', '', 'resolve') as { commit: string };
        return { steps: [script(`${expand} ${found.commit}`)], hosts: ['s2'] };
      },
    });
    await room.agents(['s1', 's2'], ({ host, step }) => {
      ran.push(`${host} ${step.name}`);
      return undefined;
    });
    const view = await room.run({
      stages: [
        { name: 'resolve', steps: [serverStep('resolve')] },
        { name: 'build', hosts: ['s1', 's2'], deferred: { expand: 'build', input: null } },
      ],
    });
    expect(view.state).toBe('succeeded');
    expect(ran).toEqual(['s2 build abc123']);
    expect(states(view)).toEqual([['succeeded'], ['skipped', 'succeeded']]);
    expect(view.stages[1]?.hostRuns[1]?.steps.map((step) => step.name)).toEqual(['build abc123']);
  });

  test('a deferred stage that its owner refuses fails the rollout with the owner’s words, and compensates', async () => {
    const room = await engine({ expand: () => ({ fail: 'no such branch' }) });
    await room.agents(['s1']);
    const view = await room.run({
      stages: [
        { name: 'build', hosts: ['s1'], deferred: { expand: 'build', input: null } },
        { name: 'undo', hosts: ['s1'], compensation: true, steps: [script('undo')] },
      ],
    });
    expect([view.state, view.reason, view.reasonText]).toEqual(['failed', 'expand', 'no such branch']);
    expect(states(view)).toEqual([['cancelled'], ['succeeded']]);
  });

  test('an expansion that breaks a plan’s rules, or names a host that the stage does not list, fails the rollout', async () => {
    const expansions: Record<string, unknown> = {
      none: { steps: [] },
      strange: { steps: [script('x')], hosts: ['s9'] },
    };
    const room = await engine({ expand: ({ expand }) => expansions[expand] as never });
    await room.agents(['s1']);
    const plan = (expand: string) => ({
      stages: [{ name: 'build', hosts: ['s1'], deferred: { expand, input: null } }],
    });
    expect((await room.run(plan('none'))).reason).toBe('expand');
    expect((await room.run(plan('strange'))).reasonText).toContain('s9');
  });

  test('a stage of one runs on the first host that is up', async () => {
    const room = await engine();
    await room.storage.write((unit) => room.engine.hosts.declare(unit, { name: 's0' }));
    const ran: string[] = [];
    await room.agents(['s1', 's2'], ({ host }) => {
      ran.push(host);
      return undefined;
    });
    const view = await room.run({
      stages: [{ name: 'a', hosts: ['s0', 's1', 's2'], select: 'one', steps: [script('migrate')] }],
    });
    expect(view.state).toBe('succeeded');
    expect(ran).toEqual(['s1']);
    expect(states(view)).toEqual([['skipped', 'succeeded', 'skipped']]);
  });

  test('a host that is down fails its run at once, or is skipped where the stage says so', async () => {
    const room = await engine();
    await room.agents(['s1']);
    const stage = {
      name: 'a',
      hosts: ['nobody', 's1'],
      onFailure: 'continue' as const,
      steps: [script('one')],
    };
    const failed = await room.run({ stages: [stage] });
    expect(failed.stages[0]?.hostRuns.map((run) => [run.state, run.reason])).toEqual([
      ['failed', 'unreachable'],
      ['succeeded', null],
    ]);
    const skipped = await room.run({ stages: [{ ...stage, whenDown: 'skip' }] });
    expect([skipped.state, ...states(skipped)]).toEqual(['succeeded', ['skipped', 'succeeded']]);
  });

  test('a stage that takes longer than it may is cancelled and fails', async () => {
    const room = await engine();
    await room.agents(['s1', 's2'], async ({ cancelled }) => {
      await new Promise((resolve) => cancelled.addEventListener('abort', resolve));
      return { state: 'cancelled', reason: 'cancelled' };
    });
    const view = await room.run({
      stages: [
        { name: 'a', hosts: ['s1', 's2'], concurrency: 1, timeoutSeconds: 1, steps: [script('long')] },
      ],
    });
    expect([view.state, view.reason]).toEqual(['failed', 'timeout']);
    expect(view.stages[0]?.hostRuns.map((run) => [run.state, run.reason])).toEqual([
      ['cancelled', 'timeout'],
      ['cancelled', 'timeout'],
    ]);
  });
});
