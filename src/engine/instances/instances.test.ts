import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  databases,
  script,
  serviceStart,
  type TestEngine,
  useTestEngines,
} from '../../../test/harness/engine.ts';
import type { Simulation } from '../../../test/harness/fake-agent.ts';
import { signal } from '../../../test/harness/gate.ts';
import type { Instance, InstanceChange, Plan, ServiceStartStep } from '../index.ts';
import { InstanceLines, retainInstances } from './index.ts';
import { instanceRetention } from './retention.ts';
import type { InstanceTables } from './tables.ts';

const { engine: open } = useTestEngines();

const start = (host: string, ...steps: readonly ServiceStartStep[]): Plan => ({
  stages: [{ name: 'start', hosts: [host], hostLock: false, steps: [...steps] }],
});

/** Every script waits until it may go on, or is cancelled. */
const waitingFor =
  (come: Promise<void>): Simulation =>
  async ({ step, cancelled }) => {
    if (step.kind !== 'script') return undefined;
    await Promise.race([come, new Promise((resolve) => cancelled.addEventListener('abort', resolve))]);
    return undefined;
  };

const brief = (instances: readonly Instance[]) =>
  instances.map(
    ({ state, healthy, wanted }) => `${state}${healthy ? ' well' : ''}${wanted ? '' : ' unwanted'}`,
  );

async function inPool(room: TestEngine, pool: string): Promise<string[]> {
  return brief(await room.engine.instances.list({ pools: [pool] }));
}

describe.each(databases)('instances on $name', ({ url, missing }) => {
  const test = it.skipIf(missing);
  const engine = async (more: Parameters<typeof open>[0] = {}) => open({ databaseUrl: await url(), ...more });

  test('come from the steps of an accepted plan as planned, and are what their agent reports', async () => {
    const changes: InstanceChange[] = [];
    const room = await engine({
      // PostgreSQL may run a unit again: what was committed counts.
      onInstanceChange: async (unit, change) => {
        unit.afterCommit(() => changes.push(change));
      },
    });
    const id = randomUUID();
    const go = signal();
    const [agent] = await room.agents(['s1'], waitingFor(go.came));
    const rollout = await room.accept({
      stages: [{ name: 'a', hosts: ['s1'], steps: [script('wait'), serviceStart(id, 'shop')] }],
    });
    expect(await inPool(room, 'shop')).toEqual(['planned']);
    expect(await room.engine.instances.counts(['shop'])).toEqual(
      new Map([['shop', { launched: 0, healthy: 0 }]]),
    );
    go.come();
    await room.engine.waitForEnd(rollout, AbortSignal.timeout(100_000));
    expect(await inPool(room, 'shop')).toEqual(['running well']);
    expect(changes.map(({ before, instance, owner }) => [before.state, instance.state, owner.id])).toEqual([
      ['planned', 'running', '1'],
    ]);
    const trouble = { kind: 'status', text: 'GET /health answered status 503', status: 503 } as const;
    agent?.setInstance(id, { healthy: false, trouble });
    await agent?.reportInstances();
    const [now] = await room.engine.instances.list({ hosts: ['s1'] });
    expect(now).toMatchObject({ state: 'running', healthy: false, trouble, port: 20_001 });
    expect(await room.engine.instances.counts(['shop', 'none'])).toEqual(
      new Map([
        ['shop', { launched: 1, healthy: 0 }],
        ['none', { launched: 0, healthy: 0 }],
      ]),
    );
  });

  test('cost no commit while their agent has nothing new to say', async () => {
    const room = await engine();
    const [agent] = await room.agents(['s1']);
    await room.run(start('s1', serviceStart(randomUUID(), 'shop')));
    const [before] = await room.engine.instances.list({ pools: ['shop'] });
    await agent?.reportInstances();
    const [after] = await room.engine.instances.list({ pools: ['shop'] });
    expect(after).toEqual(before);
  });

  test('use of their host what their agent measured, at the time of the server', async () => {
    const room = await engine();
    const id = randomUUID();
    await room.agents(['s1']);
    await room.run(start('s1', serviceStart(id, 'shop')));
    const [instance] = await room.engine.instances.list({ pools: ['shop'] });
    const { state, healthy, port, pid, startedAt, restarts, trouble } = instance as Instance;
    const status = {
      instance: id,
      state: state as 'running',
      healthy,
      port,
      pid,
      startedAt,
      restarts,
      trouble,
    };
    const used = {
      milliseconds: 10_000,
      cpuMilliseconds: 420,
      residentBytes: 1e8,
      cores: 2,
      memoryBytes: 1e9,
    };
    const sentAt = Date.now() + 3_600_000;
    const before = Date.now();
    await room.engine.agents.instances('s1', {
      ...{ sentAt, instances: [status], lines: [] },
      usage: [
        { instance: id, at: sentAt - 1_000, ...used },
        { instance: randomUUID(), at: sentAt, ...used },
      ],
    });
    const samples = await room.engine.instances.usage(['shop', 'none'], { after: before - 2_000 });
    expect(samples).toMatchObject([{ instance: id, ...used }]);
    expect(samples[0]?.at).toBeLessThanOrEqual(Date.now());
  });

  test('have one id for ever and a pool of one owner: a plan that says otherwise is refused', async () => {
    const room = await engine();
    const id = randomUUID();
    await room.agents(['s1'], waitingFor(new Promise(() => {})));
    await room.accept({
      stages: [{ name: 'a', hosts: ['s1'], steps: [script('wait'), serviceStart(id, 'shop')] }],
    });
    await expect(room.accept(start('s2', serviceStart(id, 'shop')))).rejects.toMatchObject({
      code: 'conflict',
    });
    const twice = { name: 'a', hosts: ['s1', 's2'], steps: [serviceStart(randomUUID(), 'shop')] };
    await expect(room.accept({ stages: [twice] })).rejects.toMatchObject({ code: 'invalid' });
    const others = room.storage.write((unit) =>
      room.engine.accept(unit, {
        owner: { dialect: 'test', noun: 'deployment', id: '2' },
        ...{ title: 'x', resource: '/test', requestedBy: 'dev@example.com' },
        plan: start('s1', serviceStart(randomUUID(), 'shop')),
      }),
    );
    await expect(others).rejects.toMatchObject({ code: 'conflict' });
    expect(await inPool(room, 'shop')).toEqual(['planned']);
  });

  test('of a deferred stage are planned when it expands, and a second use of their ids fails the rollout', async () => {
    const id = randomUUID();
    const room = await engine({ expand: () => ({ steps: [serviceStart(id, 'shop')] }) });
    await room.agents(['s1']);
    const plan: Plan = {
      stages: [{ name: 'a', hosts: ['s1'], deferred: { expand: 'start', input: null } }],
    };
    expect((await room.run(plan)).state).toBe('succeeded');
    expect(await inPool(room, 'shop')).toEqual(['running well']);
    const again = await room.run(plan);
    expect(again.state).toBe('failed');
    expect(again.reasonText).toContain(id);
  });

  test('whose rollout was cancelled before their turn came are stopped and never started', async () => {
    const room = await engine();
    const started = signal();
    const [agent] = await room.agents(['s1'], async ({ step, cancelled }) => {
      if (step.name !== 'long') return undefined;
      started.come();
      await new Promise((resolve) => cancelled.addEventListener('abort', resolve));
      return { state: 'cancelled', reason: 'cancelled' };
    });
    const id = randomUUID();
    const rollout = await room.accept({
      stages: [{ name: 'a', hosts: ['s1'], steps: [script('long'), serviceStart(id, 'shop')] }],
    });
    await started.came;
    await room.cancel(rollout);
    await room.engine.waitForEnd(rollout, AbortSignal.timeout(100_000));
    expect(await inPool(room, 'shop')).toEqual(['stopped unwanted']);
    // One that an agent has all the same is stopped as soon as it is named.
    agent?.setInstance(id);
    expect(await agent?.reportInstances()).toEqual([id]);
    expect(agent?.instances.size).toBe(0);
    expect(await inPool(room, 'shop')).toEqual(['stopped unwanted']);
  });

  test('planned on a host that a succeeded rollout left out are stopped, too', async () => {
    const room = await engine();
    await room.agents(['s1']);
    const stages = ['s1', 's2'].map((host) => ({
      ...{ name: host, hosts: [host], whenDown: 'skip' as const },
      steps: [serviceStart(randomUUID(), host)],
    }));
    expect((await room.run({ stages })).state).toBe('succeeded');
    expect(await inPool(room, 's1')).toEqual(['running well']);
    expect(await inPool(room, 's2')).toEqual(['stopped unwanted']);
  });

  test('that run a bundle of the server get it from there while they are started, and not later', async () => {
    const room = await engine();
    const spooled = await room.blobs.spool(
      (async function* () {
        yield Buffer.from('a bundle');
      })(),
      { limit: 100 },
    );
    const blob = await spooled.keep();
    const served: number[] = [];
    await room.agents(['s1'], async ({ step }) => {
      if (step.kind === 'service-start') served.push((await room.engine.agents.blob('s1', blob.sha256)).size);
      return undefined;
    });
    const step = { ...serviceStart(randomUUID(), 'shop'), asset: { kind: 'bundle' as const, blob } };
    expect((await room.run(start('s1', step))).state).toBe('succeeded');
    expect(served).toEqual([8]);
    await expect(room.engine.agents.blob('s1', blob.sha256)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('that are retired stop when their agent is heard again, and strangers at once', async () => {
    const room = await engine();
    const [agent] = await room.agents(['s1']);
    const id = randomUUID();
    await room.run(start('s1', serviceStart(id, 'shop')));
    await agent?.stop();
    await room.storage.write((unit) => room.engine.instances.retire(unit, 'shop'));
    expect(await inPool(room, 'shop')).toEqual(['running well unwanted']);
    expect(await room.engine.instances.counts(['shop'])).toEqual(
      new Map([['shop', { launched: 0, healthy: 0 }]]),
    );
    const stranger = randomUUID();
    agent?.setInstance(stranger);
    expect([...((await agent?.reportInstances()) ?? [])].sort()).toEqual([id, stranger].sort());
    expect(await inPool(room, 'shop')).toEqual(['stopped unwanted']);
  });

  test('that their agent does not name any more have ended', async () => {
    const room = await engine();
    const [agent] = await room.agents(['s1']);
    await room.run(start('s1', serviceStart(randomUUID(), 'shop'), serviceStart(randomUUID(), 'shop')));
    const [first] = [...(agent?.instances.keys() ?? [])];
    agent?.instances.delete(first ?? '');
    await agent?.reportInstances();
    expect((await inPool(room, 'shop')).sort()).toEqual(['running well', 'stopped unwanted']);
  });

  test('are not changed by a report that was overtaken by a newer one', async () => {
    const room = await engine();
    const [agent] = await room.agents(['s1']);
    await room.run(start('s1', serviceStart(randomUUID(), 'shop')));
    const late = { sentAt: Date.now() - 5_000, instances: [], lines: [] };
    await expect(room.engine.agents.instances('s1', late)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await inPool(room, 'shop')).toEqual(['running well']);
    await agent?.stop();
  });

  test('of a host that was removed or whose agent was replaced are lost, and stopped where they still run', async () => {
    const changes: string[] = [];
    const room = await engine({
      onInstanceChange: async (unit, { instance }) => {
        unit.afterCommit(() => changes.push(`${instance.host} ${instance.state}`));
      },
    });
    const [removed, replaced] = await room.agents(['s1', 's2']);
    await room.run(start('s1', serviceStart(randomUUID(), 'shop')));
    await room.run(start('s2', serviceStart(randomUUID(), 'shop')));
    await removed?.stop();
    await replaced?.stop();
    await room.storage.write((unit) => room.engine.hosts.remove(unit, 's1'));
    const [fresh] = await room.agents(['s2']);
    expect(await inPool(room, 'shop')).toEqual(['lost unwanted', 'lost unwanted']);
    expect(changes.slice(-2)).toEqual(['s1 lost', 's2 lost']);
    for (const [id, status] of replaced?.instances ?? []) fresh?.setInstance(id, status);
    expect(await fresh?.reportInstances()).toHaveLength(1);
    expect((await inPool(room, 'shop')).sort()).toEqual(['lost unwanted', 'stopped unwanted']);
  });

  test('that have stopped are forgotten after a day, with their pools and what they wrote', async () => {
    const room = await engine();
    const [agent] = await room.agents(['s1']);
    const [gone, stays] = [randomUUID(), randomUUID()];
    await room.run(start('s1', serviceStart(gone, 'old'), serviceStart(stays, 'new')));
    const written = [gone, stays].map((instance) => ({
      ...{ instance, at: 1, stream: 'stderr' as const, text: 'hi' },
    }));
    await agent?.reportInstances(written);
    await room.storage.write((unit) => room.engine.instances.retire(unit, 'old'));
    await agent?.reportInstances();
    const lines = new InstanceLines(join(room.folder, 'output'));
    const parts = { storage: room.storage, lines };
    await retainInstances(parts, Date.now() + instanceRetention - 60_000);
    expect(await inPool(room, 'old')).toEqual(['stopped unwanted']);
    await retainInstances(parts, Date.now() + instanceRetention + 60_000);
    expect(await inPool(room, 'old')).toEqual([]);
    expect(await inPool(room, 'new')).toEqual(['running well']);
    expect(await lines.read([gone, stays], { limit: 10 })).toMatchObject([{ ...written[1], number: 1 }]);
    const pools = await room.storage.read((reader) =>
      reader.tables<InstanceTables>().selectFrom('pool').select('name').execute(),
    );
    expect(pools).toEqual([{ name: 'new' }]);
  });

  test('have their last lines, and nobody writes into those of another host', async () => {
    const room = await engine();
    const [agent, other] = await room.agents(['s1', 's2']);
    const id = randomUUID();
    await room.run(start('s1', serviceStart(id, 'shop')));
    const line = (at: number, text: string) => ({ instance: id, at, stream: 'stdout' as const, text });
    await agent?.reportInstances([line(1, 'one'), line(2, 'two'), line(3, 'three')]);
    await other?.reportInstances([line(4, 'not mine')]);
    expect(await room.engine.instances.lines(['shop'], { limit: 2 })).toMatchObject([
      line(2, 'two'),
      line(3, 'three'),
    ]);
    const range = { after: 0, before: 3, limit: 10 };
    expect((await room.engine.instances.lines(['shop'], range)).map(({ text }) => text)).toEqual([
      'one',
      'two',
    ]);
  });
});
