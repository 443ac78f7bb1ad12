import { describe, expect, it } from 'vitest';
import { databases, script, type TestEngineOptions, useTestEngines } from '../../test/harness/engine.ts';
import { signal } from '../../test/harness/gate.ts';

const { engine: open } = useTestEngines();

describe.each(databases)('locks on $name', ({ url, missing }) => {
  const test = it.skipIf(missing);
  const engine = async (options: TestEngineOptions = {}) => open({ databaseUrl: await url(), ...options });

  test('a host runs steps of one rollout at a time, in order of acceptance', async () => {
    const room = await engine();
    const order: string[] = [];
    const go = signal();
    await room.agents(['s1', 's2'], async ({ host, step }) => {
      order.push(`${host} ${step.name} begins`);
      if (step.name === 'first') await go.came;
      order.push(`${host} ${step.name} ends`);
      return undefined;
    });
    const plan = (name: string) => ({ stages: [{ name: 'a', hosts: ['s1', 's2'], steps: [script(name)] }] });
    const first = await room.accept(plan('first'));
    const others = [await room.accept(plan('second')), await room.accept(plan('third'))];
    await room.until(
      first,
      (view) => view.stages[0]?.hostRuns.every((run) => run.state === 'running') ?? false,
    );
    go.come();
    for (const id of others) await room.engine.waitForEnd(id, AbortSignal.timeout(100_000));
    const on1 = order.filter((line) => line.startsWith('s1'));
    expect(on1).toEqual(
      ['first', 'second', 'third'].flatMap((name) => [`s1 ${name} begins`, `s1 ${name} ends`]),
    );
  });

  test('nobody overtakes a rollout whose later stage needs the host', async () => {
    const room = await engine();
    const order: string[] = [];
    const go = signal();
    const started = signal();
    await room.agents(['s1', 's2'], async ({ host, step }) => {
      order.push(`${host} ${step.name}`);
      if (step.name === 'prepare') {
        started.come();
        await go.came;
      }
      return undefined;
    });
    await room.accept({
      stages: [
        { name: 'a', hosts: ['s1'], steps: [script('prepare')] },
        { name: 'b', hosts: ['s2'], steps: [script('first')] },
      ],
    });
    const later = await room.accept({ stages: [{ name: 'a', hosts: ['s2'], steps: [script('second')] }] });
    await started.came;
    expect((await room.engine.find(later))?.stages[0]?.hostRuns[0]?.state).toBe('waiting');
    go.come();
    await room.engine.waitForEnd(later, AbortSignal.timeout(100_000));
    expect(order).toEqual(['s1 prepare', 's2 first', 's2 second']);
  });

  test('a stage without host locks waits for nobody', async () => {
    const room = await engine();
    const go = signal();
    const started = signal();
    // Two agents stand for one that takes two runs at once.
    await room.agents(['s1'], async () => {
      started.come();
      await go.came;
      return undefined;
    });
    const first = await room.accept({ stages: [{ name: 'a', hosts: ['s1'], steps: [script('long')] }] });
    await started.came;
    await room.agents(['s2']);
    const second = await room.run({
      stages: [{ name: 'a', hosts: ['s2'], hostLock: false, steps: [script('short')] }],
    });
    expect(second.state).toBe('succeeded');
    go.come();
    await room.engine.waitForEnd(first, AbortSignal.timeout(100_000));
  });

  test('a rollout holds its own locks from its first stage to its end, others queue for them', async () => {
    const room = await engine();
    const go = signal();
    const started = signal();
    await room.agents(['s1', 's2'], async ({ step }) => {
      if (step.name === 'first') {
        started.come();
        await go.came;
      }
      return undefined;
    });
    const plan = (name: string, host: string) => ({
      locks: [{ name: 'stack:9' }, { name: `host:${host}` }],
      stages: [{ name: 'a', hosts: [host], steps: [script(name)] }],
    });
    const first = await room.accept(plan('first', 's1'));
    const second = await room.accept(plan('second', 's2'));
    await started.came;
    expect((await room.engine.find(second))?.state).toBe('queued');
    go.come();
    expect((await room.engine.waitForEnd(first, AbortSignal.timeout(100_000))).state).toBe('succeeded');
    expect((await room.engine.waitForEnd(second, AbortSignal.timeout(100_000))).state).toBe('succeeded');
  });

  test('a wait for a lock that takes too long fails the rollout, and nothing of it runs', async () => {
    const room = await engine();
    const go = signal();
    const ran: string[] = [];
    await room.agents(['s1'], async ({ step }) => {
      ran.push(step.name);
      await go.came;
      return undefined;
    });
    const plan = (name: string, waitSeconds: number) => ({
      locks: [{ name: 'stack:9', waitSeconds }],
      stages: [
        { name: 'a', hosts: ['s1'], steps: [script(name)] },
        { name: 'undo', hosts: ['s1'], compensation: true, steps: [script('undo')] },
      ],
    });
    const first = await room.accept(plan('first', 60));
    const late = await room.engine.waitForEnd(
      await room.accept(plan('second', 1)),
      AbortSignal.timeout(100_000),
    );
    expect([late.state, late.reason]).toEqual(['failed', 'lock-timeout']);
    go.come();
    await room.engine.waitForEnd(first, AbortSignal.timeout(100_000));
    expect(ran).toEqual(['first']);
  });

  test('a broken lock lets the next one in and keeps its holder from a final stage', async () => {
    const room = await engine();
    const go = signal();
    const started = signal();
    const ran: string[] = [];
    await room.agents(['s1', 's2'], async ({ step }) => {
      ran.push(step.name);
      if (step.name === 'first') {
        started.come();
        await go.came;
      }
      return undefined;
    });
    const first = await room.accept({
      locks: [{ name: 'stack:9' }],
      stages: [
        { name: 'a', hosts: ['s1'], steps: [script('first')] },
        { name: 'switch', hosts: ['s1'], final: true, steps: [script('switch')] },
        { name: 'undo', hosts: ['s1'], compensation: true, steps: [script('undo')] },
      ],
    });
    const second = await room.accept({
      locks: [{ name: 'stack:9' }],
      stages: [{ name: 'a', hosts: ['s2'], steps: [script('second')] }],
    });
    await started.came;
    const broken = (name: string) => room.storage.write((unit) => room.engine.breakLock(unit, name, 'admin'));
    expect(await broken('stack:9')).toBe(true);
    expect(await broken('stack:10')).toBe(false);
    expect((await room.engine.waitForEnd(second, AbortSignal.timeout(100_000))).state).toBe('succeeded');
    go.come();
    const view = await room.engine.waitForEnd(first, AbortSignal.timeout(100_000));
    expect([view.state, view.reason]).toEqual(['failed', 'lock-broken']);
    expect(ran).toEqual(['first', 'second', 'undo']);
  });

  test('many rollouts over crossing hosts all end: nobody waits in a circle', async () => {
    const room = await engine();
    const hosts = ['s1', 's2', 's3', 's4'];
    await room.agents(hosts);
    const ids = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 7].map((index) => {
        const [first = '', second = '', third = ''] = [...hosts.slice(index % 4), ...hosts];
        return room.accept({
          locks: [{ name: `stack:${index % 3}` }],
          stages: [
            { name: 'a', hosts: [third, first], steps: [script('one')] },
            { name: 'b', hosts: [second, third], steps: [script('two')] },
          ],
        });
      }),
    );
    const views = await Promise.all(
      ids.map((id) => room.engine.waitForEnd(id, AbortSignal.timeout(100_000))),
    );
    expect(views.map((view) => view.state)).toEqual(ids.map(() => 'succeeded'));
  });
});
