import { describe, expect, it } from 'vitest';
import {
  databases,
  script,
  serverStep,
  type TestEngine,
  type TestEngineOptions,
  useTestEngines,
} from '../../test/harness/engine.ts';
import { FakeAgent, gatewayLink } from '../../test/harness/fake-agent.ts';
import { signal } from '../../test/harness/gate.ts';
import type { Plan } from './index.ts';

const { engine: open } = useTestEngines();

describe.each(databases)('the loss of a server on $name', ({ url, missing }) => {
  const test = it.skipIf(missing);

  /** Two servers on one database, one after the other; the agent's steps outlive the first. */
  async function lose(plan: Plan, more: TestEngineOptions = {}) {
    const databaseUrl = await url();
    const first = await open({ databaseUrl, ...more });
    const started = signal();
    const go = signal();
    let current: TestEngine = first;
    const link = gatewayLink(first.engine.agents, 's1');
    const { token } = await joinToken(first);
    await first.engine.agents.join(
      { token, name: 's1', labels: {}, platform: 'linux-x64', agentVersion: 'fake' },
      '127.0.0.1',
    );
    const agent = new FakeAgent(
      's1',
      {
        poll: (request, stop) => gatewayLink(current.engine.agents, 's1').poll(request, stop),
        report: (request) => gatewayLink(current.engine.agents, 's1').report(request),
      },
      async ({ step, cancelled }) => {
        if (step.name !== 'long') return undefined;
        started.come();
        await Promise.race([go.came, new Promise((resolve) => cancelled.addEventListener('abort', resolve))]);
        return cancelled.aborted ? { state: 'cancelled', reason: 'cancelled' } : undefined;
      },
      1,
    ).start();
    expect(link).toBeDefined();
    const id = await first.accept(plan);
    await started.came;
    await first.close({ keep: true });
    const second = await open({ databaseUrl, folder: first.folder, ...more });
    current = second;
    return { second, id, agent, go };
  }

  test('is survived by rollouts that resume: no step runs twice', async () => {
    const { second, id, agent, go } = await lose({
      stages: [{ name: 'a', hosts: ['s1'], steps: [script('long'), script('next')] }],
    });
    go.come();
    const view = await second.engine.waitForEnd(id, AbortSignal.timeout(100_000));
    expect(view.state).toBe('succeeded');
    expect([...agent.started.values()]).toEqual([1, 1]);
    await agent.stop();
  });

  test('fails those whose stage says fail, and compensates', async () => {
    const { second, id, agent } = await lose({
      stages: [
        { name: 'a', hosts: ['s1'], onServerLoss: 'fail', steps: [script('long')] },
        { name: 'undo', hosts: ['s1'], compensation: true, steps: [script('undo')] },
      ],
    });
    const view = await second.engine.waitForEnd(id, AbortSignal.timeout(100_000));
    expect([view.state, view.reason]).toEqual(['failed', 'server-lost']);
    expect(view.stages.map((stage) => stage.hostRuns[0]?.state)).toEqual(['cancelled', 'succeeded']);
    await agent.stop();
  });

  test('cancels those whose stage says cancel, and never a final stage', async () => {
    const cancelled = await lose({
      stages: [{ name: 'a', hosts: ['s1'], onServerLoss: 'cancel', steps: [script('long')] }],
    });
    const view = await cancelled.second.engine.waitForEnd(cancelled.id, AbortSignal.timeout(100_000));
    expect([view.state, view.reason]).toEqual(['cancelled', 'server-lost']);
    await cancelled.agent.stop();
    await cancelled.second.close({ keep: true });
    const final = await lose({
      stages: [{ name: 'a', hosts: ['s1'], onServerLoss: 'cancel', final: true, steps: [script('long')] }],
    });
    final.go.come();
    expect((await final.second.engine.waitForEnd(final.id, AbortSignal.timeout(100_000))).state).toBe(
      'succeeded',
    );
    await final.agent.stop();
  });

  test('ends queued rollouts as their plan says', async () => {
    const databaseUrl = await url();
    const first = await open({ databaseUrl, handlers: [] });
    const holder: Plan = {
      locks: [{ name: 'x' }],
      stages: [{ name: 'a', hosts: ['gone'], steps: [script('a')] }],
    };
    await first.storage.write((unit) => first.engine.hosts.declare(unit, { name: 'gone' }));
    const { token } = await joinToken(first);
    await first.engine.agents.join(
      { token, name: 'gone', labels: {}, platform: 'linux-x64', agentVersion: 'fake' },
      '127.0.0.1',
    );
    await first.accept(holder);
    const queued = (onServerLossWhileQueued: 'fail' | 'cancel' | 'resume'): Plan => ({
      locks: [{ name: 'x' }],
      stages: [{ name: 'a', steps: [serverStep('none')] }],
      onServerLossWhileQueued,
    });
    const ids = [
      await first.accept(queued('fail')),
      await first.accept(queued('cancel')),
      await first.accept(queued('resume')),
    ];
    await first.close({ keep: true });
    const second = await open({ databaseUrl, folder: first.folder, timing: { grace: 30_000 } });
    const views = await Promise.all(ids.map((id) => second.engine.find(id)));
    expect(views.map((view) => [view?.state, view?.reason])).toEqual([
      ['failed', 'server-lost'],
      ['cancelled', 'server-lost'],
      ['queued', null],
    ]);
  });
});

async function joinToken(room: TestEngine): Promise<{ token: string }> {
  return room.storage.write((unit) => room.identity.createJoinToken(unit, { hosts: ['*'] }));
}
