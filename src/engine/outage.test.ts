import { afterAll, describe, expect, it } from 'vitest';
import { openTestEngine, script, type TestEngine } from '../../test/harness/engine.ts';
import { signal } from '../../test/harness/gate.ts';
import {
  freshDatabase,
  postgresMissing,
  startPostgres,
  type TestPostgres,
} from '../../test/harness/postgres.ts';

let room: TestEngine | undefined;
let postgres: TestPostgres | undefined;

afterAll(async () => {
  await room?.close();
  await postgres?.stop();
});

const given = process.env.SLIPWAY_TEST_POSTGRES_URL !== undefined;

describe.skipIf(postgresMissing !== undefined || given)('while the database is away', () => {
  it('calls fail clearly, and afterwards everything goes on: no step runs twice, nothing stays running', async () => {
    postgres = await startPostgres();
    room = await openTestEngine({ databaseUrl: await freshDatabase(postgres.url) });
    const go = signal();
    const started = signal();
    const agents = await room.agents(['s1', 's2'], async () => {
      started.come();
      await go.came;
      return undefined;
    });
    const plan = {
      stages: [{ name: 'a', hosts: ['s1', 's2'], concurrency: 1, steps: [script('one'), script('two')] }],
    };
    const first = await room.accept(plan);
    const second = await room.accept(plan);
    await started.came;
    await postgres.kill();
    await expect(room.accept(plan)).rejects.toMatchObject({ code: 'unavailable' });
    go.come();
    await postgres.start();
    for (const id of [first, second]) {
      expect((await room.engine.waitForEnd(id, AbortSignal.timeout(100_000))).state).toBe('succeeded');
    }
    for (const agent of agents) expect(new Set(agent.started.values())).toEqual(new Set([1]));
  });
});
