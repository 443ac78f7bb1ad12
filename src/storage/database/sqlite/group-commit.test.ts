import type { Generated } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestStorage, type TestStorage } from '../../../../test/harness/storage.ts';
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
  opened = await openTestStorage({ migrations: [notes] });
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
