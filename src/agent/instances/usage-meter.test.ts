import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { UsageMeter } from './usage-meter.ts';

/** Uses 100 ms of processor time for every line that it reads, and says so. */
const burning = `process.stdin.on('data', () => {
  const before = process.cpuUsage().user;
  while (process.cpuUsage().user - before < 100_000);
  process.stdout.write('done');
});
process.stdout.write('ready');`;

describe.skipIf(process.platform !== 'linux')('what an instance uses', () => {
  it('is the processor time and the memory of its whole session, since it was measured last', async () => {
    const child = spawn('/bin/sh', ['-c', '"$0" -e "$1"; true', process.execPath, burning], {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const pid = child.pid as number;
    try {
      await once(child.stdout, 'data');
      const meter = new UsageMeter();
      expect(meter.take([{ instance: 'one', pid }], 100_000)).toEqual([]);
      child.stdin.write('\n');
      await once(child.stdout, 'data');
      expect(meter.take([{ instance: 'one', pid }], 105_000)).toEqual([]);
      const [sample, ...more] = meter.take([{ instance: 'one', pid }], 112_000);
      expect(sample).toMatchObject({ instance: 'one', at: 112_000, milliseconds: 12_000 });
      expect(sample?.cpuMilliseconds).toBeGreaterThanOrEqual(80);
      expect(sample?.residentBytes).toBeGreaterThan(10_000_000);
      expect(sample?.residentBytes).toBeLessThan(sample?.memoryBytes as number);
      expect(more).toEqual([]);
      // It comes again until the server has it, and then no more.
      expect(meter.take([{ instance: 'one', pid }], 113_000)).toEqual([sample]);
      meter.acknowledge();
      expect(meter.take([{ instance: 'one', pid }], 114_000)).toEqual([]);
    } finally {
      process.kill(-pid, 'SIGKILL');
    }
  });
});
