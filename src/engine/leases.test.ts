import { describe, expect, it } from 'vitest';
import {
  databases,
  script,
  type TestEngine,
  type TestEngineOptions,
  useTestEngines,
} from '../../test/harness/engine.ts';
import { whileTimePasses } from '../../test/harness/passing-time.ts';
import { ManualClock } from '../storage/index.ts';
import type { Lease, PollRequest } from './protocol.ts';

const { engine: open } = useTestEngines();
const never = new AbortController().signal;

/** A host that joined, and calls by hand. */
async function joined(room: TestEngine, name: string): Promise<void> {
  const { token } = await room.storage.write((unit) => room.identity.createJoinToken(unit, { hosts: ['*'] }));
  const request = { token, name, labels: {}, platform: 'linux-x64', agentVersion: 'fake' };
  await room.engine.agents.join(request, '127.0.0.1');
}

function asking(more: Partial<PollRequest> = {}): PollRequest {
  return { agentVersion: 'fake', held: [], free: 1, waitSeconds: 10, ...more };
}

async function take(room: TestEngine, host: string): Promise<Lease> {
  const answer = await room.engine.agents.poll(host, asking(), never);
  const [lease] = answer.leases;
  if (!lease) throw new Error('no lease came');
  return lease;
}

function started({ hostRunId, fencingToken }: Lease, index = 0, sequence = 1) {
  return { hostRunId, fencingToken, sequence, kind: 'step-started' as const, index, at: Date.now() };
}

function succeeded({ hostRunId, fencingToken }: Lease, index: number, sequence: number) {
  const end = { state: 'succeeded' as const, exitCode: 0, reason: null, reasonText: null };
  return {
    ...{ hostRunId, fencingToken, sequence, index, at: Date.now() },
    ...{ kind: 'step-ended' as const, ...end },
  };
}

function over<Kind extends 'lease-ended' | 'lease-returned'>(lease: Lease, kind: Kind, sequence: number) {
  const { hostRunId, fencingToken } = lease;
  return { hostRunId, fencingToken, sequence, kind, at: Date.now() };
}

const plan = { stages: [{ name: 'a', hosts: ['s1'], steps: [script('one')] }] };

describe.each(databases)('leases on $name', ({ url, missing }) => {
  const test = it.skipIf(missing);
  const engine = async (options: TestEngineOptions = {}) => open({ databaseUrl: await url(), ...options });

  test('polls that a draining server refuses keep their host up and the leases that they name alive', async () => {
    const clock = new ManualClock(Date.now());
    const room = await engine({ clock, timing: { lease: 300, renewal: 100, downAfter: 300, grace: 0 } });
    await joined(room, 's1');
    const id = await room.accept(plan);
    const lease = await take(room, 's1');
    const { hostRunId, fencingToken } = lease;
    const held = [{ hostRunId, fencingToken }];
    for (let refused = 0; refused < 20; refused += 1) {
      await room.engine.agents.hear('s1', asking({ held }));
      // Less than the lease, and together twenty times as long as it needs to run out.
      await whileTimePasses(
        clock,
        room.storage,
        new Promise((resolve) => clock.after(200, () => resolve(null))),
      );
    }
    expect(await room.engine.hosts.find('s1')).toMatchObject({ up: true });
    const events = [started(lease), succeeded(lease, 0, 2), over(lease, 'lease-ended', 3)];
    await room.engine.agents.report('s1', { events });
    expect((await room.engine.find(id))?.state).toBe('succeeded');
  });

  test('a lease that nobody names runs out, and what its agent says later changes nothing and is recorded', async () => {
    const clock = new ManualClock(Date.now());
    const room = await engine({ clock, timing: { lease: 300, renewal: 100, downAfter: 100 } });
    await joined(room, 's1');
    const id = await room.accept(plan);
    const lease = await take(room, 's1');
    await room.engine.agents.report('s1', { events: [started(lease)] });
    const ending = room.engine.waitForEnd(id, AbortSignal.timeout(100_000));
    const view = await whileTimePasses(clock, room.storage, ending);
    expect(view.stages[0]?.hostRuns[0]).toMatchObject({ state: 'lost', reason: 'lost' });
    expect(view.stages[0]?.hostRuns[0]?.steps[0]?.state).toBe('interrupted');
    const { hostRunId, fencingToken } = lease;
    const end = { hostRunId, fencingToken, sequence: 2, kind: 'lease-ended' as const, at: Date.now() };
    const answer = await room.engine.agents.report('s1', { events: [end] });
    expect(answer.acknowledged).toEqual([{ hostRunId, fencingToken, sequence: 2 }]);
    expect((await room.engine.find(id))?.stages[0]?.hostRuns[0]?.state).toBe('lost');
    const data = Buffer.from('late').toString('base64');
    const output = { ...end, kind: 'output' as const, index: 0, stream: 'stdout' as const, offset: 0, data };
    await room.engine.agents.report('s1', { events: [output] });
    expect(await room.engine.output(hostRunId, 0, 'stdout')).toBeUndefined();
    // Tokens that were never given leave no trace at all.
    await room.engine.agents.report('s1', {
      events: [0, 2, 99].map((token) => ({ ...end, fencingToken: token })),
    });
    const late = await room.ledger.list({ resources: ['/'], action: 'host-run.report-late', limit: 10 });
    expect(late).toHaveLength(1);
    const held = { held: [{ hostRunId, fencingToken }], waitSeconds: 0 };
    expect((await room.engine.agents.poll('s1', asking(held), never)).cancel).toEqual([
      { hostRunId, fencingToken },
    ]);
  });

  test('a lease that a held call names stays alive for as long as the call is held', async () => {
    const clock = new ManualClock(Date.now());
    const room = await engine({ clock, timing: { lease: 300, renewal: 100, downAfter: 100 } });
    await joined(room, 's1');
    const id = await room.accept(plan);
    const lease = await take(room, 's1');
    await room.engine.agents.report('s1', { events: [started(lease)] });
    const { hostRunId, fencingToken } = lease;
    const held = asking({ held: [{ hostRunId, fencingToken }], free: 0, waitSeconds: 10 });
    await whileTimePasses(clock, room.storage, room.engine.agents.poll('s1', held, never));
    expect((await room.engine.find(id))?.stages[0]?.hostRuns[0]?.state).toBe('running');
  });

  test('a lease whose answer was lost on the way is given again under a new token; the old one is worthless', async () => {
    const room = await engine({ timing: { redelivery: 100 } });
    await joined(room, 's1');
    const id = await room.accept(plan);
    const lost = await take(room, 's1');
    const again = await take(room, 's1');
    expect([again.hostRunId, again.fencingToken]).toEqual([lost.hostRunId, lost.fencingToken + 1]);
    await room.engine.agents.report('s1', { events: [started(lost)] });
    expect((await room.engine.find(id))?.stages[0]?.hostRuns[0]?.state).toBe('leased');
    await room.engine.agents.report('s1', { events: [started(again)] });
    const silent = await room.engine.agents.poll('s1', asking({ waitSeconds: 1 }), never);
    expect(silent.leases).toEqual([]);
  });

  test('a host that names another’s lease is told to drop it, and does not keep the cancel from its holder', async () => {
    const room = await engine();
    await joined(room, 's1');
    await joined(room, 's2');
    const id = await room.accept(plan);
    const { hostRunId, fencingToken } = await take(room, 's1');
    const held = [{ hostRunId, fencingToken }];
    const stranger = await room.engine.agents.poll('s2', asking({ held, waitSeconds: 0 }), never);
    expect(stranger.cancel).toEqual(held);
    const waiting = room.engine.agents.poll('s1', asking({ held, free: 0, waitSeconds: 300 }), never);
    expect(await room.cancel(id)).toBe(true);
    expect((await waiting).cancel).toEqual(held);
  });

  test('output of a step that the run does not have is refused', async () => {
    const room = await engine();
    await joined(room, 's1');
    await room.accept(plan);
    const { hostRunId, fencingToken } = await take(room, 's1');
    const output = { hostRunId, fencingToken, sequence: 1, kind: 'output' as const, index: 1 };
    const event = { ...output, stream: 'stdout' as const, offset: 0, data: '' };
    await expect(room.engine.agents.report('s1', { events: [event] })).rejects.toThrow('no step 1');
  });

  test('a lease that its agent gives back is given again with what is left of it, and goes on', async () => {
    const room = await engine();
    await joined(room, 's1');
    const id = await room.accept({
      stages: [{ name: 'a', hosts: ['s1'], steps: [script('one'), script('two')] }],
    });
    const first = await take(room, 's1');
    await room.engine.agents.report('s1', {
      events: [
        started(first),
        succeeded(first, 0, 2),
        started(first, 1, 3),
        over(first, 'lease-returned', 4),
      ],
    });
    expect((await room.engine.find(id))?.stages[0]?.hostRuns[0]?.state).toBe('running');
    const again = await take(room, 's1');
    expect([again.hostRunId, again.fencingToken]).toEqual([first.hostRunId, first.fencingToken + 1]);
    expect(again.steps.map(({ index }) => index)).toEqual([1]);
    await room.engine.agents.report('s1', {
      events: [started(again, 1), succeeded(again, 1, 2), over(again, 'lease-ended', 3)],
    });
    const view = await room.engine.waitForEnd(id, AbortSignal.timeout(100_000));
    expect(view.state).toBe('succeeded');
    expect(view.stages[0]?.hostRuns[0]?.steps.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
  });

  test('a lease that was given back by an agent that does not come again fails with its host', async () => {
    const clock = new ManualClock(Date.now());
    const room = await engine({ clock, timing: { downAfter: 200 } });
    await joined(room, 's1');
    const id = await room.accept(plan);
    const lease = await take(room, 's1');
    await room.engine.agents.report('s1', { events: [started(lease), over(lease, 'lease-returned', 2)] });
    const ending = room.engine.waitForEnd(id, AbortSignal.timeout(100_000));
    const view = await whileTimePasses(clock, room.storage, ending);
    const [run] = view.stages[0]?.hostRuns ?? [];
    expect(run).toMatchObject({ state: 'failed', reason: 'unreachable' });
    expect(run?.steps.map(({ state }) => state)).toEqual(['interrupted']);
  });

  test('events that come twice count once', async () => {
    const room = await engine();
    await joined(room, 's1');
    const id = await room.accept(plan);
    const lease = await take(room, 's1');
    const ended = succeeded(lease, 0, 2);
    await room.engine.agents.report('s1', { events: [started(lease), ended] });
    await room.engine.agents.report('s1', { events: [started(lease), ended, over(lease, 'lease-ended', 3)] });
    await room.engine.agents.report('s1', { events: [started(lease), ended, over(lease, 'lease-ended', 3)] });
    expect((await room.engine.find(id))?.state).toBe('succeeded');
    expect(await room.ledger.list({ resources: ['/'], action: 'host-run.report-late', limit: 1 })).toEqual(
      [],
    );
  });

  test('a host that goes down before it takes an offer fails its run', async () => {
    const room = await engine({ timing: { downAfter: 200 } });
    await joined(room, 's1');
    const id = await room.accept(plan);
    const view = await room.engine.waitForEnd(id, AbortSignal.timeout(100_000));
    expect(view.stages[0]?.hostRuns[0]).toMatchObject({ state: 'failed', reason: 'unreachable' });
  });

  test('an agent that is replaced loses its leases and its credential, and a removed host everything', async () => {
    const room = await engine();
    await joined(room, 's1');
    const id = await room.accept(plan);
    await take(room, 's1');
    const { token } = await room.storage.write((unit) =>
      room.identity.createJoinToken(unit, { hosts: ['s*'], mayReplace: true }),
    );
    const request = { token, name: 's1', labels: {}, platform: 'linux-x64', agentVersion: 'new' };
    await expect(room.engine.agents.join(request, '127.0.0.1')).rejects.toMatchObject({ code: 'conflict' });
    const fresh = await room.engine.agents.join({ ...request, replace: true }, '127.0.0.1');
    expect((await room.engine.waitForEnd(id)).stages[0]?.hostRuns[0]?.state).toBe('lost');
    expect(await room.engine.agents.authenticate(fresh.credential)).toBe('s1');
    expect(await room.storage.write((unit) => room.engine.hosts.remove(unit, 's1'))).toBe(true);
    await expect(room.engine.agents.authenticate(fresh.credential)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    expect(await room.engine.hosts.find('s1')).toBeUndefined();
  });

  test('a join that is asked for again with its credential is answered again, and ends nothing', async () => {
    const room = await engine();
    const { token } = await room.storage.write((unit) =>
      room.identity.createJoinToken(unit, { hosts: ['*'] }),
    );
    const credential = 'c'.repeat(43);
    const request = { token, labels: {}, platform: 'linux-x64', agentVersion: 'x', credential };
    const joining = (name: string, more: object = {}) =>
      room.engine.agents.join({ ...request, name, ...more }, '10.0.0.1');
    expect(await joining('s1')).toMatchObject({ name: 's1', credential });
    await room.accept(plan);
    const lease = await take(room, 's1');
    expect(await joining('s1')).toMatchObject({ name: 's1', credential });
    expect(await room.engine.agents.authenticate(credential)).toBe('s1');
    const { hostRunId, fencingToken } = lease;
    const held = asking({ held: [{ hostRunId, fencingToken }], free: 0, waitSeconds: 0 });
    expect((await room.engine.agents.poll('s1', held, never)).cancel).toEqual([]);
    await expect(joining('s2')).rejects.toMatchObject({ code: 'conflict' });
    await expect(joining('s1', { credential: 'd'.repeat(43) })).rejects.toMatchObject({ code: 'conflict' });
    const joins = await room.ledger.list({ resources: ['/'], action: 'host.join', limit: 10 });
    expect(joins).toHaveLength(1);
  });

  test('a join needs a token that is known and allows the name', async () => {
    const room = await engine();
    const { token } = await room.storage.write((unit) =>
      room.identity.createJoinToken(unit, { hosts: ['web-*'] }),
    );
    const request = { token, name: 'web-1', labels: {}, platform: 'linux-x64', agentVersion: 'x' };
    const joining = (more: object) => room.engine.agents.join({ ...request, ...more }, '10.0.0.1');
    await expect(joining({ token: 'nonsense' })).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(joining({ name: 'db-1' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(joining({ name: 'web-/' })).rejects.toMatchObject({ code: 'invalid' });
    await joining({ labels: { zone: 'a' } });
    await room.storage.write((unit) =>
      room.engine.hosts.declare(unit, { name: 'web-1', labels: { rack: '7' } }),
    );
    expect(await room.engine.hosts.find('web-1')).toMatchObject({
      ...{ address: '10.0.0.1', labels: { zone: 'a', rack: '7' }, up: true },
    });
  });
});
