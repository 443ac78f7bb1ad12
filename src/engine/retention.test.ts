import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { script, useTestEngines } from '../../test/harness/engine.ts';
import { InstanceLines } from './instances/index.ts';
import { OutputFiles } from './output/index.ts';
import { historyRetention, outputRetention, retain } from './retention.ts';

const { engine } = useTestEngines();

describe('retention', () => {
  it('lets output go after 90 days, the rollout after five years, and files of unknown rollouts at once', async () => {
    const room = await engine();
    await room.agents(['s1'], ({ write }) => {
      write('stdout', 'hi\n');
      return undefined;
    });
    const view = await room.run({ stages: [{ name: 'a', hosts: ['s1'], steps: [script('one')] }] });
    const run = view.stages[0]?.hostRuns[0]?.id ?? 0;
    const outputFolder = join(room.folder, 'output');
    while (existsSync(join(outputFolder, view.id))) await new Promise((resolve) => setImmediate(resolve));
    await mkdir(join(outputFolder, 'nobody'), { recursive: true });
    await writeFile(join(outputFolder, 'nobody', '1-0-stdout'), 'left behind');
    const files = new OutputFiles(outputFolder);
    const lines = new InstanceLines(outputFolder);
    const parts = { storage: room.storage, blobs: room.blobs, work: room.work, files, lines };
    const ended = view.endedAt ?? 0;
    await retain(parts, ended + outputRetention - 1);
    expect(existsSync(join(outputFolder, 'nobody'))).toBe(false);
    expect(await room.engine.output(run, 0, 'stdout')).toBeDefined();
    await retain(parts, ended + outputRetention + 1);
    expect(await room.engine.output(run, 0, 'stdout')).toBeUndefined();
    expect(await room.engine.find(view.id)).toBeDefined();
    await retain(parts, ended + historyRetention + 1);
    expect(await room.engine.find(view.id)).toBeUndefined();
  });
});
