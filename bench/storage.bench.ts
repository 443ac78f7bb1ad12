import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { Generated } from 'kysely';
import { pino } from 'pino';
import { type MigrationSet, openStorage, type Storage, systemClock } from '../src/storage/index.ts';
import { judge, tell } from './report.ts';

/**
 * Units of writing per second on the embedded storage, beside the fsynced commits per second that the same database
 * does with nothing around it. One caller pays a commit a unit; many callers share them.
 */
interface Tables {
  note: { id: Generated<number>; body: string; size: number };
}

const notes: MigrationSet = {
  name: 'bench',
  migrations: [
    {
      name: '0001-note',
      statements: (types) => [
        `create table note (id ${types.identity}, body ${types.text} not null, size ${types.integer} not null) ${types.end}`,
        `insert into note (body, size) values ('counted', 0)`,
      ],
    },
  ],
};

const milliseconds = 2_000;
const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-storage-'));
const storage = await openStorage({
  url: `sqlite:${join(folder, 'units.db')}`,
  clock: systemClock,
  log: pino({ level: 'silent' }),
});
try {
  await storage.migrate(notes);
  const raw = rawCommitsPerSecond(join(folder, 'raw.db'));
  tell(`raw fsynced commits: ${Math.round(raw)} a second`);
  const alone = await unitsPerSecond(storage, 1);
  tell(`units of one caller: ${Math.round(alone)} a second`);
  const shared = await unitsPerSecond(storage, 100);
  tell(`units of a hundred callers: ${Math.round(shared)} a second`);
  tell(`reads of a hundred callers: ${Math.round(await readsPerSecond(storage, 100))} a second`);
  judge('units of one caller ÷ raw commits', alone / raw, { atLeast: 0.25 });
  judge('units of a hundred callers ÷ raw commits', shared / raw, { atLeast: 1 });
} finally {
  await storage.close();
  await rm(folder, { recursive: true, force: true });
}

function rawCommitsPerSecond(file: string): number {
  const database = new DatabaseSync(file);
  database.exec('pragma journal_mode = wal');
  database.exec('pragma synchronous = full');
  database.exec('create table note (id integer primary key, size integer not null) strict');
  database.exec('insert into note (size) values (0)');
  const update = database.prepare('update note set size = size + 1 where id = 1');
  let commits = 0;
  const began = performance.now();
  while (performance.now() - began < milliseconds) {
    update.run();
    commits += 1;
  }
  const seconds = (performance.now() - began) / 1000;
  database.close();
  return commits / seconds;
}

/** Each unit reads a row, changes it and adds another: three queries, like a small change of the server. */
function unitsPerSecond(target: Storage, callers: number): Promise<number> {
  return callsPerSecond(callers, () =>
    target.write(async (unit) => {
      const tables = unit.tables<Tables>();
      const row = await tables
        .selectFrom('note')
        .select('size')
        .where('id', '=', 1)
        .executeTakeFirstOrThrow();
      await tables
        .updateTable('note')
        .set({ size: row.size + 1 })
        .where('id', '=', 1)
        .execute();
      await tables.insertInto('note').values({ body: 'added', size: row.size }).execute();
    }),
  );
}

function readsPerSecond(target: Storage, callers: number): Promise<number> {
  return callsPerSecond(callers, () =>
    target.read((reader) =>
      reader.tables<Tables>().selectFrom('note').selectAll().where('id', '=', 1).executeTakeFirstOrThrow(),
    ),
  );
}

async function callsPerSecond(callers: number, call: () => Promise<unknown>): Promise<number> {
  let calls = 0;
  const began = performance.now();
  const caller = async () => {
    while (performance.now() - began < milliseconds) {
      await call();
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return calls / ((performance.now() - began) / 1000);
}
