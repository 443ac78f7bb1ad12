import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
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
    for (let at = 0; at < 300; at += 1) await lines.append([line(instance, at, 'x'.repeat(8_000))], 1_000);
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
    await lines.append([line(one, 1), line(other, 2), line(one, 3)], 1_000);
    expect((await lines.read([one, other], { limit: 10 })).map(({ instance }) => instance)).toEqual([
      one,
      other,
      one,
    ]);
    expect(await lines.read([one, other], { limit: 0 })).toEqual([]);
    expect(await lines.read([randomUUID()], { limit: 10 })).toEqual([]);
  });

  it('are stored once, also when they come again after a restart of the agent or of the server', async () => {
    const instance = randomUUID();
    const said = (stream: 'stdout' | 'stderr', offset: number) => ({
      ...line(instance, offset, `${stream} ${offset}`),
      ...{ stream, offset },
    });
    const first = [said('stdout', 5), said('stderr', 3), said('stdout', 9)];
    const lines = new InstanceLines(folder);
    await lines.append(first, 1_000);
    await lines.append([...first, said('stdout', 12)], 1_000);
    await new InstanceLines(folder).append([...first, said('stderr', 8)], 1_000);
    // Another server has written meanwhile.
    await lines.append([said('stderr', 8), said('stdout', 12), said('stdout', 20)], 1_000);
    const texts = (await lines.read([instance], { limit: 100 })).map(({ text }) => text);
    expect(texts.sort()).toEqual(
      ['stdout 5', 'stdout 9', 'stdout 12', 'stdout 20', 'stderr 3', 'stderr 8'].sort(),
    );
  });

  it('are stored once over the turn of their files, and those of an older agent as they come', async () => {
    const instance = randomUUID();
    const long = (offset: number) => ({ ...line(instance, offset, 'x'.repeat(300_000)), offset });
    const lines = new InstanceLines(folder);
    await lines.append([{ ...line(instance, 1, 'once'), stream: 'stderr', offset: 1 }], 1_000);
    for (const offset of [1, 2]) await lines.append([long(offset)], 1_000);
    await lines.append([{ ...line(instance, 1, 'once'), stream: 'stderr', offset: 1 }, long(2)], 1_000);
    expect(await lines.read([instance], { limit: 100 })).toHaveLength(3);
    for (let count = 0; count < 2; count += 1)
      await lines.append([line(instance, 9, 'of an older agent')], 1_000);
    expect(await lines.read([instance], { limit: 100 })).toHaveLength(5);
  });

  it('of one stream are not taken for stored because of a line of the other that was cut', async () => {
    const instance = randomUUID();
    const said = (stream: 'stdout' | 'stderr', offset: number) => ({
      ...line(instance, offset, `${stream} ${offset}`),
      ...{ stream, offset },
    });
    await new InstanceLines(folder).append([said('stdout', 5)], 1_000);
    await appendFile(join(folder, linesFolder, `${instance}.log`), '[6,"stderr","cut');
    await new InstanceLines(folder).append([said('stdout', 100)], 1_000);
    const lines = new InstanceLines(folder);
    await lines.append([said('stderr', 50)], 1_000);
    expect((await lines.read([instance], { limit: 10 })).map(({ text }) => text)).toEqual([
      'stdout 5',
      'stderr 50',
    ]);
  });

  it('survive a line that was cut by a crash, and keep line breaks inside a line', async () => {
    const lines = new InstanceLines(folder);
    const instance = randomUUID();
    await lines.append([line(instance, 1, 'two\nlines')], 1_000);
    await appendFile(join(folder, linesFolder, `${instance}.log`), '[2,"stdout","half');
    expect((await lines.read([instance], { limit: 10 })).map(({ text }) => text)).toEqual(['two\nlines']);
  });

  it('are told by their arrival to whoever follows: one that was written long ago and comes now is new', async () => {
    const lines = new InstanceLines(folder);
    const [one, other] = [randomUUID(), randomUUID()];
    await lines.append([line(one, 900_000)], 1_000_000);
    await lines.append([line(other, 1_000), line(other, 2_000)], 1_000_001);
    const fresh = await lines.read([one, other], { arrivedAfter: 1_000_000, limit: 10 });
    expect(fresh.map(({ at, number, arrivedAt }) => [at, number, arrivedAt])).toEqual([
      [1_000, 1, 1_000_001],
      [2_000, 2, 1_000_001],
    ]);
  });

  it('never arrive before earlier ones, also when the clock of the server went back or another one goes on', async () => {
    const instance = randomUUID();
    await new InstanceLines(folder).append([line(instance, 1)], 5_000);
    await new InstanceLines(folder).append([line(instance, 2)], 4_000);
    const read = await new InstanceLines(folder).read([instance], { limit: 10 });
    expect(read.map(({ number, arrivedAt }) => [number, arrivedAt])).toEqual([
      [1, 5_000],
      [2, 5_000],
    ]);
  });

  it('of an older version of Slipway arrived when they were written', async () => {
    const instance = randomUUID();
    const lines = new InstanceLines(folder);
    await lines.append([line(instance, 7)], 1_000);
    const file = join(folder, linesFolder, `${instance}.log`);
    await writeFile(file, '[5,"stdout","old",12]\n');
    expect(await lines.read([instance], { limit: 10 })).toEqual([
      { instance, at: 5, stream: 'stdout', text: 'old', number: 0, arrivedAt: 5 },
    ]);
  });
});
