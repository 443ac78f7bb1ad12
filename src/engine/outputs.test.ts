import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { script, type TestEngine, useTestEngines } from '../../test/harness/engine.ts';
import { signal } from '../../test/harness/gate.ts';

const { engine } = useTestEngines();

async function packed(room: TestEngine, rolloutId: string): Promise<void> {
  const folder = join(room.folder, 'output', rolloutId);
  while (existsSync(folder)) await new Promise((resolve) => setImmediate(resolve));
}

describe('output', () => {
  it('is followed while the step runs, stdout and stderr apart, and read from a blob after the rollout has ended', async () => {
    const room = await engine();
    const go = signal();
    await room.agents(['s1'], async ({ write }) => {
      write('stdout', 'first\n');
      write('stderr', 'careful\n');
      await go.came;
      write('stdout', 'second\n');
      return undefined;
    });
    const id = await room.accept({ stages: [{ name: 'a', hosts: ['s1'], steps: [script('one')] }] });
    const view = await room.until(id, (seen) => seen.stages[0]?.hostRuns[0]?.steps[0]?.stdoutBytes === 6);
    const run = view.stages[0]?.hostRuns[0]?.id ?? 0;
    let followed = '';
    for await (const { bytes } of room.engine.followOutput(
      run,
      0,
      'stdout',
      0,
      AbortSignal.timeout(100_000),
    )) {
      followed += Buffer.from(bytes).toString();
      if (followed === 'first\n') go.come();
    }
    expect(followed).toBe('first\nsecond\n');
    const ended = await room.engine.waitForEnd(id);
    expect(ended.stages[0]?.hostRuns[0]?.steps[0]).toMatchObject({ stdoutBytes: 13, stderrBytes: 8 });
    await packed(room, id);
    const stdout = await room.engine.output(run, 0, 'stdout');
    const stderr = await room.engine.output(run, 0, 'stderr');
    expect([stdout && (await text(stdout.open())), stderr && (await text(stderr.open()))]).toEqual([
      'first\nsecond\n',
      'careful\n',
    ]);
    expect(await room.engine.output(run, 1, 'stdout')).toBeUndefined();
    expect(await room.engine.output(999_999, 0, 'stdout')).toBeUndefined();
  });

  it('keeps the last MiB of a stream and says where it begins, live and in the blob', async () => {
    const room = await engine();
    const piece = randomBytes(96 * 1024).toString('hex');
    await room.agents(['s1'], ({ write }) => {
      for (let index = 0; index < 16; index += 1) write('stdout', piece);
      write('stdout', 'the end');
      return undefined;
    });
    const view = await room.run({ stages: [{ name: 'a', hosts: ['s1'], steps: [script('one')] }] });
    const run = view.stages[0]?.hostRuns[0]?.id ?? 0;
    const total = 16 * piece.length + 7;
    for (const isPacked of [false, true]) {
      if (isPacked) await packed(room, view.id);
      const tail = await room.engine.output(run, 0, 'stdout');
      expect(tail).toMatchObject({ offset: total - 1_048_576, size: 1_048_576 });
      expect(tail && (await text(tail.open())).endsWith('the end')).toBe(true);
    }
    expect(view.stages[0]?.hostRuns[0]?.steps[0]?.stdoutBytes).toBe(total);
  });

  it('never shows a secret of the step, not even one that is cut in two', async () => {
    const room = await engine();
    const secretId = await room.storage.write((unit) => room.secrets.store(unit, 'hunter2hunter2'));
    const seen: string[] = [];
    await room.agents(['s1'], async ({ step, lease, write }) => {
      seen.push(step.kind === 'script' ? step.text : '', ...lease.masked);
      write('stdout', 'login hunter2');
      write('stdout', 'hunter2 done');
      return undefined;
    });
    const placeholder = '{{secret-0001}}';
    const step = script('one', {
      text: `login ${placeholder}`,
      secrets: [{ placeholder, secretId }],
    });
    const view = await room.run({ stages: [{ name: 'a', hosts: ['s1'], steps: [step] }] });
    expect(seen).toEqual(['login hunter2hunter2', 'hunter2hunter2']);
    const tail = await room.engine.output(view.stages[0]?.hostRuns[0]?.id ?? 0, 0, 'stdout');
    expect(tail && (await text(tail.open()))).toBe('login ************** done');
    expect(JSON.stringify(await room.engine.plan(view.id))).not.toContain('hunter2');
  });

  it('a secret that is gone fails the run instead of showing its placeholder to the host', async () => {
    const room = await engine();
    await room.agents(['s1']);
    const step = script('one', { secrets: [{ placeholder: '{{secret-0001}}', secretId: 12_345 }] });
    const view = await room.run({ stages: [{ name: 'a', hosts: ['s1'], steps: [step] }] });
    expect(view.stages[0]?.hostRuns[0]).toMatchObject({ state: 'failed', reason: 'step-error' });
  });
});
