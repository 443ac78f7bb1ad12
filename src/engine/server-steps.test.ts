import { describe, expect, it } from 'vitest';
import {
  databases,
  script,
  serverStep,
  type TestEngineOptions,
  useTestEngines,
} from '../../test/harness/engine.ts';
import { signal } from '../../test/harness/gate.ts';
import type { ServerStepHandler } from './index.ts';

const { engine: open } = useTestEngines();

/** A handler that runs until it is told to stop. */
function endless(started: () => void): ServerStepHandler {
  return {
    kind: 'endless',
    idempotent: false,
    run: (_step, { signal: stop }) =>
      new Promise((_resolve, reject) => {
        stop.addEventListener('abort', () => reject(new Error('stopped')));
        started();
      }),
  };
}

describe.each(databases)('server steps on $name', ({ url, missing }) => {
  const test = it.skipIf(missing);
  const engine = async (options: TestEngineOptions = {}) => open({ databaseUrl: await url(), ...options });

  test('stand between agent steps of one host run, and say what they do', async () => {
    const order: string[] = [];
    const handler: ServerStepHandler = {
      kind: 'weigh',
      idempotent: true,
      run: async (step, { host, log }) => {
        order.push(`server ${host} ${step.input}`);
        log('half ');
        log('done');
      },
    };
    const room = await engine({ handlers: [handler] });
    await room.agents(['s1'], ({ step }) => {
      order.push(step.name);
      return undefined;
    });
    const view = await room.run({
      stages: [
        { name: 'a', hosts: ['s1'], steps: [script('before'), serverStep('weigh', 50), script('after')] },
      ],
    });
    expect(view.state).toBe('succeeded');
    expect(order).toEqual(['before', 'server s1 50', 'after']);
    const run = view.stages[0]?.hostRuns[0];
    expect(run?.steps.map((step) => [step.state, step.stdoutBytes])).toEqual([
      ['succeeded', 0],
      ['succeeded', 9],
      ['succeeded', 0],
    ]);
  });

  test('fail their host run with the handler’s words, or are passed over', async () => {
    const handler: ServerStepHandler = {
      kind: 'break',
      idempotent: true,
      run: async () => {
        throw new Error('no route to the router');
      },
    };
    const room = await engine({ handlers: [handler] });
    const failed = await room.run({ stages: [{ name: 'a', steps: [serverStep('break')] }] });
    expect(failed.stages[0]?.hostRuns[0]).toMatchObject({
      host: null,
      state: 'failed',
      reason: 'step-error',
      reasonText: 'no route to the router',
    });
    const ignored = await room.run({
      stages: [{ name: 'a', steps: [serverStep('break', null, { onFailure: 'ignore' })] }],
    });
    expect(ignored.state).toBe('succeeded');
    const unknown = await room.run({ stages: [{ name: 'a', steps: [serverStep('unheard-of')] }] });
    expect(unknown.stages[0]?.hostRuns[0]?.reasonText).toContain('unheard-of');
  });

  test('hear a cancel and a timeout by their signal', async () => {
    const started = signal();
    const room = await engine({ handlers: [endless(() => started.come())] });
    const id = await room.accept({ stages: [{ name: 'a', steps: [serverStep('endless')] }] });
    await started.came;
    expect(await room.cancel(id)).toBe(true);
    const cancelled = await room.engine.waitForEnd(id, AbortSignal.timeout(100_000));
    expect([cancelled.state, cancelled.stages[0]?.hostRuns[0]?.steps[0]?.state]).toEqual([
      'cancelled',
      'cancelled',
    ]);
    const late = await room.run({
      stages: [{ name: 'a', steps: [serverStep('endless', null, { timeoutSeconds: 1 })] }],
    });
    expect(late.stages[0]?.hostRuns[0]).toMatchObject({ state: 'failed', reason: 'timeout' });
  });

  test('do not wait for many others that wait', async () => {
    const waiting = 40;
    const quick: ServerStepHandler = { kind: 'quick', idempotent: true, run: async () => undefined };
    const started = signal();
    let count = 0;
    const hanging = endless(() => {
      count += 1;
      if (count === waiting) started.come();
    });
    const room = await engine({ handlers: [hanging, quick] });
    for (let index = 0; index < waiting; index += 1) {
      await room.accept({ stages: [{ name: 'a', steps: [serverStep('endless')] }] });
    }
    await started.came;
    expect((await room.run({ stages: [{ name: 'a', steps: [serverStep('quick')] }] })).state).toBe(
      'succeeded',
    );
  });

  test('that say finish are waited for when a cancel comes', async () => {
    const started = signal();
    const go = signal();
    const handler: ServerStepHandler = {
      kind: 'switch',
      idempotent: true,
      run: async (_step, { signal: stop }) => {
        started.come();
        await go.came;
        if (stop.aborted) throw new Error('half switched');
      },
    };
    const room = await engine({ handlers: [handler] });
    const steps = [serverStep('switch', null, { onCancel: 'finish' }), serverStep('switch')];
    const id = await room.accept({ stages: [{ name: 'a', steps }] });
    await started.came;
    await room.cancel(id);
    go.come();
    const view = await room.engine.waitForEnd(id, AbortSignal.timeout(100_000));
    expect(view.state).toBe('cancelled');
    expect(view.stages[0]?.hostRuns[0]?.steps.map((step) => step.state)).toEqual(['succeeded', 'skipped']);
  });

  test('are started again after their server was lost when they may be, and end interrupted when not', async () => {
    const databaseUrl = await url();
    let runs = 0;
    const handlers = (idempotent: boolean, started?: () => void): ServerStepHandler[] => [
      {
        kind: 'migrate',
        idempotent,
        run: (_step, { signal: stop }) => {
          runs += 1;
          if (!started) return Promise.resolve();
          started();
          return new Promise((_resolve, reject) =>
            stop.addEventListener('abort', () => reject(new Error('stopped'))),
          );
        },
      },
    ];
    for (const idempotent of [true, false]) {
      runs = 0;
      const started = signal();
      const first = await open({ databaseUrl, handlers: handlers(idempotent, () => started.come()) });
      const id = await first.accept({ stages: [{ name: 'a', steps: [serverStep('migrate')] }] });
      await started.came;
      await first.close({ keep: true });
      const second = await open({ databaseUrl, folder: first.folder, handlers: handlers(idempotent) });
      const view = await second.engine.waitForEnd(id, AbortSignal.timeout(100_000));
      expect(view.stages[0]?.hostRuns[0]?.steps[0]?.state).toBe(idempotent ? 'succeeded' : 'interrupted');
      expect([view.state, runs]).toEqual(idempotent ? ['succeeded', 2] : ['failed', 1]);
      await second.close();
    }
  });
});
