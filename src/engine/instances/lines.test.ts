import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InstanceLines, linesFolder } from './lines.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-lines-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const line = (instance: string, at: number, text = `line ${at}`) => ({
  ...{ instance, at, text },
  stream: 'stdout' as const,
});

describe('the lines of instances', () => {
  it('take at most 1 MiB for each instance, and the oldest go first', async () => {
    const lines = new InstanceLines(folder);
    const instance = randomUUID();
    for (let at = 0; at < 300; at += 1) await lines.append([line(instance, at, 'x'.repeat(8_000))]);
    const files = await readdir(join(folder, linesFolder));
    const sizes = await Promise.all(files.map((file) => stat(join(folder, linesFolder, file))));
    expect(files).toHaveLength(2);
    expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(1024 * 1024);
    const kept = await lines.read([instance], { limit: 1_000 });
    expect(kept.length).toBeGreaterThan(60);
    expect(kept.at(-1)?.at).toBe(299);
    expect(kept.map(({ at }) => at)).toEqual([...kept.map(({ at }) => at)].sort((one, other) => one - other));
  });

  it('of several instances are merged by time', async () => {
    const lines = new InstanceLines(folder);
    const [one, other] = [randomUUID(), randomUUID()];
    await lines.append([line(one, 1), line(other, 2), line(one, 3)]);
    expect((await lines.read([one, other], { limit: 10 })).map(({ instance }) => instance)).toEqual([
      one,
      other,
      one,
    ]);
    expect(await lines.read([one, other], { limit: 0 })).toEqual([]);
    expect(await lines.read([randomUUID()], { limit: 10 })).toEqual([]);
  });

  it('survive a line that was cut by a crash, and keep line breaks inside a line', async () => {
    const lines = new InstanceLines(folder);
    const instance = randomUUID();
    await lines.append([line(instance, 1, 'two\nlines')]);
    await appendFile(join(folder, linesFolder, `${instance}.log`), '[2,"stdout","half');
    expect((await lines.read([instance], { limit: 10 })).map(({ text }) => text)).toEqual(['two\nlines']);
  });
});
