import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { whileTimePasses } from '../../test/harness/passing-time.ts';
import { openTestStorage, silent, type TestStorage, testEngines } from '../../test/harness/storage.ts';
import { ManualClock, type Unit } from '../storage/index.ts';
import {
  createWorkQueue,
  forgetDeadLettersKind,
  type WorkKind,
  type WorkQueue,
  WorkRefused,
  type WorkRequest,
  workMigrations,
} from './index.ts';
import type { WorkTables } from './work-table.ts';

/** A kind whose pieces run until they are told how to end. */
function steered(options: Partial<WorkKind> = {}) {
  const started: unknown[] = [];
  const ends = new Map<unknown, { done: () => void; fail: (error: Error) => void }>();
  const waiters: { count: number; resolve: () => void }[] = [];
  const kind: WorkKind = {
    kind: 'step',
    concurrency: 2,
    tries: 3,
    ...options,
    run(input) {
      started.push(input);
      for (const waiter of waiters) if (started.length >= waiter.count) waiter.resolve();
      return new Promise<void>((resolve, reject) => ends.set(input, { done: resolve, fail: reject }));
    },
  };
  return {
    kind,
    started,
    /** Resolves when so many tries have been started in all. */
    starts: (count: number) =>
      new Promise<void>((resolve) =>
        started.length >= count ? resolve() : waiters.push({ count, resolve }),
      ),
    done: (input: unknown) => ends.get(input)?.done(),
    fail: (input: unknown, error: Error) => ends.get(input)?.fail(error),
  };
}

describe.each(testEngines)('the work queue on %s', (engine) => {
  let opened: TestStorage;
  let clock: ManualClock;
  let queue: WorkQueue;

  beforeEach(async () => {
    clock = new ManualClock();
    opened = await openTestStorage({
      engine,
      clock,
      migrations: [{ name: 'core', migrations: workMigrations }],
    });
    queue = newQueue();
  });
  afterEach(async () => {
    await queue.stop(0);
    await opened.close();
  });

  function newQueue(): WorkQueue {
    return createWorkQueue({ storage: opened.storage, clock, log: silent, random: () => 0 });
  }

  function enqueue(...pieces: WorkRequest[]): Promise<void> {
    return opened.storage.write(async (unit) => {
      for (const piece of pieces) await queue.enqueue(unit, piece);
    });
  }

  /** Resolves when the queue says that nothing is running and so much waits and is dead; asks after every commit. */
  async function settled(expected: { waiting: number; dead: number }): Promise<void> {
    for (;;) {
      const { waiting, running, dead } = await queue.counts();
      if (running === 0 && waiting === expected.waiting && dead === expected.dead) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Lets time pass, second by second, until `awaited` has come. */
  const secondsPass = (awaited: Promise<void>) => whileTimePasses(clock, opened.storage, awaited, 1000);

  test('work of a unit that is rolled back is never run, that of a committed one is', async () => {
    const steps = steered();
    queue.register(steps.kind);
    await queue.start();
    const failing = opened.storage.write(async (unit) => {
      await queue.enqueue(unit, { kind: 'step', input: 'lost' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await enqueue({ kind: 'step', input: 'kept' });
    await steps.starts(1);
    steps.done('kept');
    await settled({ waiting: 0, dead: 0 });
    expect(steps.started).toEqual(['kept']);
  });

  test('no more pieces than the concurrency run at once, and the next starts when one ends', async () => {
    const steps = steered({ concurrency: 2 });
    queue.register(steps.kind);
    await queue.start();
    await enqueue(...[1, 2, 3, 4].map((input) => ({ kind: 'step', input })));
    await steps.starts(2);
    expect(await queue.counts()).toEqual({ waiting: 2, running: 2, dead: 0 });
    steps.done(1);
    await steps.starts(3);
    expect(steps.started).toEqual([1, 2, 3]);
  });

  test('the pieces of a lane start in order, one at a time, also across a retry', async () => {
    const steps = steered({ concurrency: 5 });
    queue.register(steps.kind);
    await queue.start();
    await enqueue(...['a', 'b', 'c'].map((input) => ({ kind: 'step', input, lane: 'one' })));
    await steps.starts(1);
    steps.fail('a', new Error('again'));
    await settled({ waiting: 3, dead: 0 });
    await secondsPass(steps.starts(2));
    expect(steps.started).toEqual(['a', 'a']);
    steps.done('a');
    await steps.starts(3);
    steps.fail('b', new WorkRefused('never'));
    await steps.starts(4);
    expect(steps.started).toEqual(['a', 'a', 'b', 'c']);
  });

  test('of the pieces with one exclusive key only one runs', async () => {
    const steps = steered({ concurrency: 5 });
    queue.register(steps.kind);
    await queue.start();
    await enqueue(
      { kind: 'step', input: 1, exclusive: 'x' },
      { kind: 'step', input: 2, exclusive: 'x' },
      { kind: 'step', input: 3, exclusive: 'y' },
    );
    await steps.starts(2);
    expect(steps.started).toEqual([1, 3]);
    steps.done(1);
    await steps.starts(3);
    expect(steps.started).toEqual([1, 3, 2]);
  });

  test('a second waiting piece with the same once key is dropped; a running one does not count', async () => {
    const steps = steered({ concurrency: 1 });
    queue.register(steps.kind);
    await queue.start();
    await enqueue({ kind: 'step', input: 1, once: 'k' });
    await steps.starts(1);
    await enqueue({ kind: 'step', input: 2, once: 'k' }, { kind: 'step', input: 3, once: 'k' });
    expect((await queue.counts()).waiting).toBe(1);
    // The running one is not tried again: the waiting one will do the same.
    steps.fail(1, new Error('overtaken'));
    await steps.starts(2);
    expect(steps.started).toEqual([1, 2]);
  });

  test('a project with a long backlog does not keep others waiting', async () => {
    const steps = steered({ concurrency: 2 });
    queue.register(steps.kind);
    await enqueue(
      ...Array.from({ length: 20 }, (_, index) => ({ kind: 'step', input: `big ${index}`, project: 'big' })),
    );
    await enqueue({ kind: 'step', input: 'small', project: 'small' });
    await queue.start();
    await steps.starts(2);
    expect(steps.started).toEqual(['big 0', 'small']);
  });

  test('a failed piece comes back after a doubling wait, and after its last try it is dead with its reason', async () => {
    const buried: unknown[] = [];
    const steps = steered({
      tries: 2,
      onDead: async (_unit: Unit, input: unknown, reason: string) => {
        buried.push([input, reason]);
      },
    });
    queue.register(steps.kind);
    await queue.start();
    await enqueue({ kind: 'step', input: 'x', project: 'p' });
    await steps.starts(1);
    steps.fail('x', new Error('first'));
    await settled({ waiting: 1, dead: 0 });
    await secondsPass(steps.starts(2));
    steps.fail('x', new Error('second'));
    await settled({ waiting: 0, dead: 1 });
    expect(buried).toEqual([['x', 'second']]);
    const [letter] = await queue.deadLetters({ limit: 10 });
    expect(letter).toMatchObject({ kind: 'step', project: 'p', reason: 'second', tries: 2 });
    expect(await opened.storage.write((unit) => queue.revive(unit, letter?.id ?? 0))).toBe(true);
    await steps.starts(3);
  });

  test('dead pieces are forgotten thirty days after their death, and not before', async () => {
    const steps = steered();
    queue.register(steps.kind);
    await queue.start();
    await queue.every(forgetDeadLettersKind, 86_400);
    const die = async (input: string) => {
      // Counted before: the piece may have started by the time its unit is answered.
      const started = steps.started.length;
      await enqueue({ kind: 'step', input });
      await steps.starts(started + 1);
      steps.fail(input, new WorkRefused(input));
    };
    await die('early');
    await settled({ waiting: 1, dead: 1 });
    clock.advance(15 * 86_400_000);
    await die('late');
    await settled({ waiting: 1, dead: 2 });
    clock.advance(16 * 86_400_000);
    // The queue may have been planning its next look when the days went by: it looks when time goes on.
    await secondsPass(settled({ waiting: 1, dead: 1 }));
    expect((await queue.deadLetters({ limit: 10 })).map(({ reason }) => reason)).toEqual(['late']);
  });

  test('work that is refused is dead at once', async () => {
    const steps = steered();
    queue.register(steps.kind);
    await queue.start();
    await enqueue({ kind: 'step', input: 'x' });
    await steps.starts(1);
    steps.fail('x', new WorkRefused('bad input'));
    await settled({ waiting: 0, dead: 1 });
    expect((await queue.deadLetters({ limit: 1 }))[0]).toMatchObject({ reason: 'bad input', tries: 1 });
  });

  test('a try that takes too long is aborted and counts as failed', async () => {
    const steps = steered({ timeoutSeconds: 5, tries: 1 });
    queue.register(steps.kind);
    await queue.start();
    await enqueue({ kind: 'step', input: 'slow' });
    await steps.starts(1);
    clock.advance(5000);
    await settled({ waiting: 0, dead: 1 });
    expect((await queue.deadLetters({ limit: 1 }))[0]?.reason).toBe('did not end within 5 s');
  });

  test('work that is not due yet starts when its time has come', async () => {
    const steps = steered();
    queue.register(steps.kind);
    await queue.start();
    await enqueue({ kind: 'step', input: 'later', notBefore: clock.now() + 3600_000 });
    await settled({ waiting: 1, dead: 0 });
    expect(steps.started).toEqual([]);
    clock.advance(3590_000);
    await queue.counts();
    expect(steps.started).toEqual([]);
    await secondsPass(steps.starts(1));
  });

  test('what a stopped server gives back, and what a killed one left running, is tried again; each counts as a try', async () => {
    const steps = steered({ tries: 3 });
    queue.register(steps.kind);
    await queue.start();
    await enqueue({ kind: 'step', input: 'x' });
    await steps.starts(1);
    await queue.stop(0);
    await settled({ waiting: 1, dead: 0 });

    // A killed server leaves the piece marked as running by somebody who is gone.
    await opened.storage.write(async (unit) => {
      const lease = {
        state: 'running' as const,
        attempt: 2,
        lease_owner: 'gone',
        lease_until: clock.now() + 30_000,
      };
      await unit.tables<WorkTables>().updateTable('work').set(lease).execute();
    });
    queue = newQueue();
    queue.register(steps.kind);
    await queue.start();
    await secondsPass(steps.starts(2));
    steps.fail('x', new Error('third'));
    await settled({ waiting: 0, dead: 1 });
    expect((await queue.deadLetters({ limit: 1 }))[0]).toMatchObject({ tries: 3, reason: 'third' });
  });

  test('a stop waits for running pieces within its grace time and takes no new ones', async () => {
    const steps = steered({ concurrency: 1 });
    queue.register(steps.kind);
    await queue.start();
    await enqueue({ kind: 'step', input: 1 }, { kind: 'step', input: 2 });
    await steps.starts(1);
    const stopped = queue.stop(10_000);
    steps.done(1);
    await stopped;
    expect(await queue.counts()).toEqual({ waiting: 1, running: 0, dead: 0 });
  });

  test('a timer is due again and again, also after failures, and there is one however often it is asked for', async () => {
    const steps = steered({ tries: 1 });
    queue.register(steps.kind);
    await queue.start();
    await queue.every('step', 60);
    await queue.every('step', 60);
    await settled({ waiting: 1, dead: 0 });
    for (let round = 1; round <= 3; round += 1) {
      clock.advance(55_000);
      await queue.counts();
      expect(steps.started).toHaveLength(round - 1);
      await secondsPass(steps.starts(round));
      steps.fail(null, new Error('never mind'));
      await settled({ waiting: 1, dead: 0 });
    }
  });
});
