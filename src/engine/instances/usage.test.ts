import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InstanceLines, linesFolder } from './lines.ts';
import { UsageBook } from './usage.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-usage-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sample = (instance: string, at: number) => ({
  ...{ instance, at, milliseconds: 10_000, cpuMilliseconds: 1_234 },
  ...{ residentBytes: 50_000_000, cores: 8, memoryBytes: 16_000_000_000 },
});

describe('what instances use', () => {
  it('is kept for seven hours at least, and the oldest goes first', async () => {
    const book = new UsageBook(folder);
    const instance = randomUUID();
    const day = 6_000;
    const at = (index: number) => 1_800_000_000_000 + index * 10_000;
    for (let index = 0; index < day; index += 1) await book.append([sample(instance, at(index))]);
    const kept = await book.read([instance], {});
    expect(kept.length).toBeGreaterThanOrEqual(7 * 360);
    expect(kept.length).toBeLessThan(day);
    expect(kept.at(-1)).toEqual(sample(instance, at(day - 1)));
    expect(await book.read([instance], { after: at(day - 3), before: at(day - 1) })).toEqual([
      sample(instance, at(day - 2)),
    ]);
    expect(await book.read([instance], { after: at(day - 400) })).toHaveLength(399);
  });

  it('survives a line that was cut by a crash, and goes with the lines of its instance', async () => {
    const book = new UsageBook(folder);
    const [gone, standing] = [randomUUID(), randomUUID()];
    await book.append([sample(gone, 1), sample(standing, 1)]);
    await appendFile(join(folder, linesFolder, `${standing}.usage`), '[2,10000,12');
    expect(await book.read([standing, randomUUID()], {})).toEqual([sample(standing, 1)]);
    for (const at of [3, 4]) await book.append([sample(standing, at)]);
    expect((await book.read([standing], {})).map(({ at }) => at)).toEqual([1, 4]);
    await new InstanceLines(folder).clear(async () => new Set([standing]));
    expect(await readdir(join(folder, linesFolder))).toEqual([`${standing}.usage`]);
  });
});
