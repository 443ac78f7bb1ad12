import { afterEach, describe, expect, it } from 'vitest';
import {
  openTestEngine,
  script,
  type TestEngine,
  type TestEngineOptions,
} from '../../test/harness/engine.ts';

let open: TestEngine[] = [];

async function engine(options?: TestEngineOptions): Promise<TestEngine> {
  const test = await openTestEngine(options);
  open.push(test);
  return test;
}

afterEach(async () => {
  const engines = open;
  open = [];
  for (const test of engines) await test.close();
});

describe('a rollout', () => {
  it('runs every step on every host and succeeds', async () => {
    const test = await engine();
    await test.agents(['s1', 's2', 's3'], ({ write, host }) => {
      write('stdout', `hi from ${host}\n`);
      return undefined;
    });
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
});
