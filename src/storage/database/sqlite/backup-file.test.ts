import { existsSync } from 'node:fs';
import { copyFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestStorage, silent, type TestStorage } from '../../../../test/harness/storage.ts';
import { systemClock } from '../../clock.ts';
import { openStorage } from '../open-storage.ts';
import { dumpSchema } from '../schema-dump.ts';
import { checkBackup } from './backup-file.ts';

let opened: TestStorage;
beforeEach(async () => {
  opened = await openTestStorage({
    migrations: [
      {
        name: 'core',
        migrations: [
          {
            name: '0001-note',
            statements: (types) => [
              `create table note (
        id ${types.identity},
        body ${types.text} not null
      ) ${types.end}`,
              'create index note_by_body on note (body)',
            ],
          },
        ],
      },
    ],
  });
  await opened.storage.write(async (unit) => {
    for (let n = 0; n < 2000; n += 1)
      await sql`insert into note (body) values (${`note ${n}`})`.execute(unit.tables());
  });
});
afterEach(() => opened.close());

test('a backup is a whole database, passes the check and opens with all its rows', async () => {
  const file = join(opened.folder, 'backup.db');
  await opened.storage.backup(file);
  expect(checkBackup(file)).toEqual({ migrations: { core: ['0001-note'] } });
  expect(existsSync(`${file}.partial`)).toBe(false);
  const restored = await openStorage({ url: `sqlite:${file}`, clock: systemClock, log: silent });
  try {
    const { rows } = await restored.read((reader) =>
      sql`select count(*) as n from note`.execute(reader.tables()),
    );
    expect(rows).toEqual([{ n: 2000 }]);
  } finally {
    await restored.close();
  }
});

test('what is cut off, or no database of ours, does not pass the check', async () => {
  const file = join(opened.folder, 'backup.db');
  await opened.storage.backup(file);
  const cut = join(opened.folder, 'cut.db');
  await copyFile(file, cut);
  await truncate(cut, 20_000);
  const text = join(opened.folder, 'text.db');
  await writeFile(text, 'no database at all');
  for (const bad of [cut, text, join(opened.folder, 'missing.db')]) {
    expect(() => checkBackup(bad)).toThrow(expect.objectContaining({ code: 'invalid' }));
  }
});

test('the schema is written table by table, each with its indexes', async () => {
  expect(
    await dumpSchema(opened.storage),
  ).toBe(`CREATE TABLE migration_core (name text not null primary key, applied_at integer not null) strict;

CREATE TABLE note (
  id integer primary key autoincrement,
  body text not null
) strict;

CREATE INDEX note_by_body on note (body);
`);
});
