import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { silent } from '../../../../test/harness/storage.ts';
import { systemClock } from '../../clock.ts';
import { openStorage } from '../open-storage.ts';
import type { MigrationSet } from '../storage.ts';

interface Tables {
  pair: { number: number; half: number };
}

const pairs: MigrationSet = {
  name: 'core',
  migrations: [
    {
      name: '0001-pair',
      statements: (types) => [
        `create table pair (number ${types.integer} not null, half ${types.integer} not null) ${types.end}`,
      ],
    },
  ],
};

/** Twenty callers write two rows a unit, one query each, and print the number once the unit is acknowledged. */
const program = `
  import { pino } from 'pino';
  import { openStorage, systemClock } from '${join(import.meta.dirname, '../../index.ts')}';
  async function main() {
    const storage = await openStorage({ url: process.env.URL, clock: systemClock, log: pino({ level: 'silent' }) });
    let last = 0;
    const caller = async () => {
      for (;;) {
        last += 1;
        const number = last;
        await storage.write(async (unit) => {
          await unit.tables().insertInto('pair').values({ number, half: 1 }).execute();
          await unit.tables().insertInto('pair').values({ number, half: 2 }).execute();
        });
        process.stdout.write(number + '\\n');
      }
    };
    await Promise.all(Array.from({ length: 20 }, caller));
  }
  void main();
`;

test('what was acknowledged before a kill -9 is there after it, and nothing is there by half', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-kill-'));
  const url = `sqlite:${join(folder, 'slipway.db')}`;
  let storage = await openStorage({ url, clock: systemClock, log: silent });
  try {
    await storage.migrate(pairs);
    await storage.close();
    const writer = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, URL: url },
    });
    const exited = once(writer, 'exit');
    const acknowledged: number[] = [];
    for await (const line of createInterface(writer.stdout)) {
      acknowledged.push(Number(line));
      if (acknowledged.length === 500) writer.kill('SIGKILL');
    }
    await exited;
    expect(acknowledged.length).toBeGreaterThanOrEqual(500);
    storage = await openStorage({ url, clock: systemClock, log: silent });
    const rows = await storage.read((reader) =>
      reader
        .tables<Tables>()
        .selectFrom('pair')
        .select((select) => ['number', select.fn.countAll<number>().as('halves')])
        .groupBy('number')
        .execute(),
    );
    const stored = new Map(rows.map((row) => [row.number, row.halves]));
    expect([...stored.values()].every((halves) => halves === 2)).toBe(true);
    expect(acknowledged.filter((number) => !stored.has(number))).toEqual([]);
  } finally {
    await storage.close();
    await rm(folder, { recursive: true, force: true });
  }
});
