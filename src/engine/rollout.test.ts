import { describe, expect, it } from 'vitest';
import { script, useTestEngines } from '../../test/harness/engine.ts';
import { gate } from '../../test/harness/gate.ts';

const { engine } = useTestEngines();

describe('a rollout', () => {
  it('runs every step on every host and succeeds', async () => {
    const test = await engine();
    await test.agents(['s1', 's2', 's3']);
    const view = await test.run({
      stages: [{ name: 'targets', hosts: ['s1', 's2', 's3'], steps: [script('one'), script('two')] }],
    });
    expect(view.state).toBe('succeeded');
    expect(view.stages[0]?.hostRuns.map((run) => [run.host, run.state])).toEqual([
      ['s1', 'succeeded'],
      ['s2', 'succeeded'],
      ['s3', 'succeeded'],
    ]);
    expect(view.stages[0]?.hostRuns[0]?.steps.map((step) => [step.name, step.state, step.exitCode])).toEqual([
      ['one', 'succeeded', 0],
      ['two', 'succeeded', 0],
    ]);
  });

  it('tells its owner every change inside the unit that stores it', async () => {
    const seen: string[] = [];
    const test = await engine({
      onTransition: async (unit, transition) => {
        const row = await unit
          .tables<{ rollout: { id: string; state: string } }>()
          .selectFrom('rollout')
          .select('state')
          .where('id', '=', transition.rolloutId)
          .executeTakeFirst();
        if (transition.level === 'rollout') seen.push(`${transition.rolloutState} ${row?.state}`);
      },
    });
    await test.agents(['s1']);
    await test.run({ stages: [{ name: 'a', hosts: ['s1'], steps: [script('one')] }] });
    expect(seen).toEqual(['running running', 'succeeded succeeded']);
    expect(test.transitions.filter((one) => one.level === 'host-run').map((one) => one.hostRunState)).toEqual(
      ['leased', 'running', 'succeeded'],
    );
  });

  it('stores nothing of a change that its owner refuses, and goes on when it is told again', async () => {
    let refusals = 0;
    const test = await engine({
      onTransition: async (_unit, transition) => {
        if (transition.rolloutState === 'succeeded' && refusals++ === 0) throw new Error('not now');
      },
    });
    await test.agents(['s1']);
    const view = await test.run({ stages: [{ name: 'a', hosts: ['s1'], steps: [script('one')] }] });
    expect(refusals).toBeGreaterThan(1);
    expect(view.state).toBe('succeeded');
  });

  it('never has more hosts at work than its window, and as many as that', async () => {
    const test = await engine();
    const hosts = ['s1', 's2', 's3', 's4', 's5', 's6'];
    const two = gate(2);
    let most = 0;
    let now = 0;
    await test.agents(hosts, async () => {
      now += 1;
      most = Math.max(most, now);
      await two.pass();
      now -= 1;
      return undefined;
    });
    const view = await test.run({ stages: [{ name: 'a', hosts, concurrency: 2, steps: [script('one')] }] });
    expect(view.state).toBe('succeeded');
    expect(most).toBe(2);
  });

  it('starts nobody new after a failure when the stage says stop, and reaches no later stage', async () => {
    const test = await engine();
    const ran: string[] = [];
    await test.agents(['s1', 's2', 's3'], ({ host, step }) => {
      ran.push(`${host} ${step.name}`);
      return host === 's1' ? { state: 'failed', exitCode: 3, reason: 'exit-code' } : undefined;
    });
    const view = await test.run({
      stages: [
        { name: 'a', hosts: ['s1', 's2', 's3'], concurrency: 1, steps: [script('one'), script('two')] },
        { name: 'b', hosts: ['s2'], steps: [script('three')] },
      ],
    });
    expect(ran).toEqual(['s1 one']);
    expect([view.state, view.reason]).toEqual(['failed', 'stage-failed']);
    expect(view.stages.map((stage) => stage.hostRuns.map((run) => run.state))).toEqual([
      ['failed', 'cancelled', 'cancelled'],
      ['cancelled'],
    ]);
    expect(view.stages[0]?.hostRuns[0]?.steps.map((step) => [step.state, step.exitCode])).toEqual([
      ['failed', 3],
      ['skipped', null],
    ]);
  });

  it('goes on with the other hosts after a failure when the stage says continue, and fails all the same', async () => {
    const test = await engine();
    await test.agents(['s1', 's2'], ({ host }) => (host === 's1' ? { state: 'failed' } : undefined));
    const view = await test.run({
      stages: [
        { name: 'a', hosts: ['s1', 's2'], concurrency: 1, onFailure: 'continue', steps: [script('one')] },
      ],
    });
    expect(view.state).toBe('failed');
    expect(view.stages[0]?.hostRuns.map((run) => run.state)).toEqual(['failed', 'succeeded']);
  });

  it('cancels the running hosts after a failure when the stage says abort', async () => {
    const test = await engine();
    const running = gate(2);
    await test.agents(['s1', 's2'], async ({ host, cancelled }) => {
      await running.pass();
      if (host === 's1') return { state: 'failed' };
      await new Promise((resolve) => cancelled.addEventListener('abort', resolve));
      return { state: 'cancelled', reason: 'cancelled' };
    });
    const view = await test.run({
      stages: [{ name: 'a', hosts: ['s1', 's2'], onFailure: 'abort', steps: [script('one')] }],
    });
    expect(view.state).toBe('failed');
    expect(view.stages[0]?.hostRuns.map((run) => [run.state, run.reason])).toEqual([
      ['failed', 'step-error'],
      ['cancelled', 'stage-failed'],
    ]);
  });

  it('passes over the failure of a step that says ignore', async () => {
    const test = await engine();
    await test.agents(['s1'], ({ step }) => (step.name === 'one' ? { state: 'failed' } : undefined));
    const view = await test.run({
      stages: [{ name: 'a', hosts: ['s1'], steps: [script('one', { onFailure: 'ignore' }), script('two')] }],
    });
    expect(view.state).toBe('succeeded');
    expect(view.stages[0]?.hostRuns[0]?.steps.map((step) => step.state)).toEqual(['failed', 'succeeded']);
  });

  it('has different steps for one host where the plan says so', async () => {
    const test = await engine();
    const ran: string[] = [];
    await test.agents(['s1', 's2'], ({ host, step }) => {
      ran.push(`${host} ${step.name}`);
      return undefined;
    });
    await test.run({
      stages: [
        {
          name: 'a',
          hosts: ['s1', 's2'],
          steps: [script('common')],
          stepsByHost: { s2: [script('special')] },
        },
      ],
    });
    expect(ran.sort()).toEqual(['s1 common', 's2 special']);
  });
});
