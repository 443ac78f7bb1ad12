import { type Generated, sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestStorage, type TestStorage } from '../../../../test/harness/storage.ts';
import { ManualClock } from '../../clock.ts';
import type { MigrationSet, Storage, Unit } from '../storage.ts';

interface Tables {
  note: { id: Generated<number>; body: string };
}

const notes: MigrationSet = {
  name: 'core',
  migrations: [
    {
      name: '0001-note',
      statements: (types) => [
        `create table note (id ${types.identity}, body ${types.text} not null unique) ${types.end}`,
      ],
    },
  ],
};

let opened: TestStorage;
let storage: Storage;

beforeEach(async () => {
  // Time stands still: however slow the machine is, units that wait together share a commit.
  opened = await openTestStorage({ migrations: [notes], clock: new ManualClock() });
  storage = opened.storage;
});

afterEach(() => opened.close());

function insert(body: string): Promise<void> {
  return storage.write(async (unit) => {
    await unit.tables<Tables>().insertInto('note').values({ body }).execute();
  });
}

function bodies(): Promise<string[]> {
  return storage.read(async (reader) => {
    const rows = await reader.tables<Tables>().selectFrom('note').select('body').orderBy('id').execute();
    return rows.map((row) => row.body);
  });
}

test('of units that share a commit, the one that throws is rolled back alone', async () => {
  const outcomes = await Promise.allSettled([insert('a'), insert('b'), insert('a'), insert('c')]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(outcomes[2]).toMatchObject({ reason: { code: 'conflict' } });
  expect(await bodies()).toEqual(['a', 'b', 'c']);
});

test('effects and notifications come after the commit, in order, and not from a unit that threw', async () => {
  const heard: unknown[] = [];
  storage.listen('note', (payload) => heard.push(payload));
  const lost = storage.write(async (unit) => {
    unit.notify('note', 'lost');
    unit.afterCommit(() => heard.push('lost effect'));
    throw new Error('no');
  });
  const kept = storage.write(async (unit) => {
    unit.notify('note', 'kept');
    unit.afterCommit(() => heard.push('kept effect'));
    expect(heard).toEqual([]);
  });
  await expect(lost).rejects.toThrow('no');
  await kept;
  expect(heard).toEqual(['kept effect', 'kept']);
});

test('only units that may all be lost do without the flush, and one that must not is never among them', async () => {
  let asked = 0;
  /** How the commit of a unit is kept: 2 is FULL, 1 NORMAL. Each time another text: a kept statement answers as before. */
  const flushOf = (mayBeLost: boolean) =>
    storage.write(
      async (unit) => {
        asked += 1;
        const text = `pragma synchronous -- ${asked}`;
        const { rows } = await sql.raw<{ synchronous: number }>(text).execute(unit.tables());
        return rows[0]?.synchronous;
      },
      { mayBeLost },
    );
  const before = storage.commits;
  expect(await flushOf(true)).toBe(1);
  expect(storage.commits).toBe(before);
  expect(await Promise.all([flushOf(true), flushOf(false), flushOf(true)])).toEqual([2, 2, 2]);
  expect(storage.commits).toBe(before + 1);
  // The second comes while the first runs.
  let later: Promise<number | undefined> | undefined;
  const first = storage.write(
    async () => {
      later = flushOf(false);
    },
    { mayBeLost: true },
  );
  await first;
  expect(storage.commits).toBe(before + 1);
  expect(await later).toBe(2);
  expect(storage.commits).toBe(before + 2);
});

test('a unit that waits for something else than its queries fails, and the others go on', async () => {
  const waiting = storage.write(async (unit) => {
    await unit.tables<Tables>().selectFrom('note').selectAll().execute();
    await new Promise((resolve) => setImmediate(resolve));
  });
  const nested = storage.write(async () => insert('inner'));
  const good = insert('good');
  await expect(waiting).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('waited'),
  });
  await expect(nested).rejects.toMatchObject({ code: 'internal' });
  await good;
  expect(await bodies()).toContain('good');
});

test('a handle is worth nothing after its unit', async () => {
  let kept: Unit | undefined;
  await storage.write(async (unit) => {
    kept = unit;
  });
  const late = kept?.tables<Tables>().selectFrom('note').selectAll().execute();
  await expect(late).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('ended') });
});
