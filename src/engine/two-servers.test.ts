import { describe, expect, it } from 'vitest';
import { databases, script, useTestEngines } from '../../test/harness/engine.ts';
import { signal } from '../../test/harness/gate.ts';

const { engine } = useTestEngines();
const postgres = databases.find((database) => database.name === 'PostgreSQL');

describe.skipIf(postgres?.missing ?? true)('two servers on one database', () => {
  it('share everything: accepted here, run by an agent that calls there, waited for and cancelled on either', async () => {
    const databaseUrl = await postgres?.url();
    const here = await engine({ databaseUrl });
    const there = await engine({ databaseUrl, folder: here.folder });
    const started = signal();
    await there.agents(['s1'], async ({ step, cancelled, write }) => {
      if (step.name === 'quick') return undefined;
      write('stdout', 'at it\n');
      started.come();
      await new Promise((resolve) => cancelled.addEventListener('abort', resolve));
      return { state: 'cancelled', reason: 'cancelled' };
    });
    // The other server writes that the agent calls it; until then nobody else can know.
    while (!(await here.engine.hosts.find('s1'))?.up) await new Promise((resolve) => setImmediate(resolve));
    const plan = (name: string) => ({ stages: [{ name: 'a', hosts: ['s1'], steps: [script(name)] }] });
    expect((await here.run(plan('quick'))).state).toBe('succeeded');
    const id = await here.accept(plan('long'));
    await started.came;
    const waiting = there.engine.waitForEnd(id, AbortSignal.timeout(100_000));
    expect(await here.cancel(id)).toBe(true);
    expect((await waiting).state).toBe('cancelled');
    expect((await here.engine.list({ resources: ['/'], limit: 10 })).map((one) => one.state)).toEqual([
      'cancelled',
      'succeeded',
    ]);
  });

  it('take over from each other: what waits on a server that gives no sign of life goes on with the other', async () => {
    const databaseUrl = await postgres?.url();
    const silent = { renewal: 3_600_000, tick: 3_600_000 };
    const lost = await engine({ databaseUrl, timing: silent });
    await lost.agents(['s1'], async ({ cancelled }) => {
      await new Promise((resolve) => cancelled.addEventListener('abort', resolve));
      return undefined;
    });
    const plan = { locks: [{ name: 'x' }], stages: [{ name: 'a', hosts: ['s1'], steps: [script('long')] }] };
    await lost.accept(plan);
    const id = await lost.accept({ ...plan, onServerLossWhileQueued: 'cancel' });
    const other = await engine({
      databaseUrl,
      folder: lost.folder,
      timing: { serverLost: 300, renewal: 100 },
    });
    const view = await other.engine.waitForEnd(id, AbortSignal.timeout(100_000));
    expect([view.state, view.reason]).toEqual(['cancelled', 'server-lost']);
  });
});
