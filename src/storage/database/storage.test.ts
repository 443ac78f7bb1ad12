import { type Generated, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestStorage, silent, type TestStorage, testEngines } from '../../../test/harness/storage.ts';
import { ManualClock, systemClock } from '../clock.ts';
import { openStorage } from './open-storage.ts';
import type { MigrationSet, Storage } from './storage.ts';

interface Tables {
  note: { id: Generated<number>; body: string; size: number; bytes: Uint8Array | null };
  reply: { id: Generated<number>; note_id: number };
}

const core: MigrationSet = {
  name: 'core',
  migrations: [
    {
      name: '0001-note',
      statements: (types) => [
        `create table note (
          id ${types.identity},
          body ${types.text} not null unique,
          size ${types.integer} not null,
          bytes ${types.blob}
        ) ${types.end}`,
        `create table reply (id ${types.identity}, note_id ${types.integer} not null references note (id)) ${types.end}`,
      ],
    },
  ],
};

describe.each(testEngines)('a storage on %s', (engine) => {
  let opened: TestStorage;
  let storage: Storage;

  beforeEach(async () => {
    opened = await openTestStorage({ engine, migrations: [core] });
    storage = opened.storage;
  });
  afterEach(() => opened.close());

  const insert = (body: string, size = 0): Promise<number> =>
    storage.write(async (unit) => {
      const row = await unit
        .tables<Tables>()
        .insertInto('note')
        .values({ body, size })
        .returning('id')
        .executeTakeFirstOrThrow();
      return row.id;
    });
  const bodies = (): Promise<string[]> =>
    storage.read(async (reader) => {
      const rows = await reader.tables<Tables>().selectFrom('note').select('body').orderBy('body').execute();
      return rows.map((row) => row.body);
    });

  test('values come back as they went in', async () => {
    const bytes = new Uint8Array([0, 1, 255]);
    await storage.write(async (unit) => {
      await unit
        .tables<Tables>()
        .insertInto('note')
        .values({ body: 'ä😀', size: 2 ** 53 - 1, bytes })
        .execute();
    });
    const row = await storage.read((reader) =>
      reader.tables<Tables>().selectFrom('note').selectAll().executeTakeFirstOrThrow(),
    );
    expect(row).toMatchObject({ id: 1, body: 'ä😀', size: 2 ** 53 - 1 });
    expect([...(row.bytes ?? [])]).toEqual([0, 1, 255]);
  });

  test('text sorts by bytes, and booleans, counts and sums are numbers', async () => {
    for (const body of ['b', 'B', 'a', 'é', 'Z', '_']) await insert(body, 5);
    expect(await bodies()).toEqual(['B', 'Z', '_', 'a', 'b', 'é']);
    const row = await storage.read((reader) =>
      reader
        .tables<Tables>()
        .selectFrom('note')
        .select((select) => [
          select.fn.countAll<number>().as('count'),
          select.fn.sum<number>('size').as('sum'),
          sql<number>`1 = 1`.as('yes'),
        ])
        .where('size', '=', 5)
        .executeTakeFirstOrThrow(),
    );
    expect(row).toEqual({ count: 6, sum: 30, yes: 1 });
  });

  test('contains finds text as it stands, without wildcards and folding', async () => {
    for (const body of ['100%', '100x', 'A_b', 'a_b']) await insert(body);
    const found = (needle: string) =>
      storage.read(async (reader) => {
        const { tables, flavor } = reader;
        const query = tables<Tables>().selectFrom('note').select('body').orderBy('body');
        const rows = await query.where((where) => flavor.contains(where.ref('body'), needle)).execute();
        return rows.map((row) => row.body);
      });
    expect(await found('0%')).toEqual(['100%']);
    expect(await found('_b')).toEqual(['A_b', 'a_b']);
    expect(await found('a_')).toEqual(['a_b']);
  });

  test('NUL in text, numbers beyond 2^53 and missing values are refused', async () => {
    await expect(insert('a\0b')).rejects.toMatchObject({ code: 'invalid' });
    await expect(insert('x', 2 ** 53)).rejects.toMatchObject({ code: 'invalid' });
    const nul = storage.read((reader) =>
      reader.tables<Tables>().selectFrom('note').select('id').where('body', '=', 'a\0').execute(),
    );
    await expect(nul).rejects.toMatchObject({ code: 'invalid' });
    expect(await bodies()).toEqual([]);
  });

  test('a unit that throws leaves nothing, and a caught failure of a query is still one', async () => {
    await insert('there');
    const thrown = storage.write(async (unit) => {
      await unit.tables<Tables>().insertInto('note').values({ body: 'gone', size: 0 }).execute();
      throw new Error('changed my mind');
    });
    await expect(thrown).rejects.toThrow('changed my mind');
    const caught = storage.write(async (unit) => {
      const notes = unit.tables<Tables>();
      await notes.insertInto('note').values({ body: 'also gone', size: 0 }).execute();
      await notes
        .insertInto('note')
        .values({ body: 'there', size: 0 })
        .execute()
        .catch(() => {});
    });
    await expect(caught).rejects.toMatchObject({ code: 'conflict' });
    expect(await bodies()).toEqual(['there']);
  });

  test('a violated unique constraint is a conflict, a violated reference a precondition', async () => {
    await insert('one');
    await expect(insert('one')).rejects.toMatchObject({ code: 'conflict' });
    const dangling = storage.write((unit) =>
      unit.tables<Tables>().insertInto('reply').values({ note_id: 99 }).execute(),
    );
    await expect(dangling).rejects.toMatchObject({ code: 'precondition' });
  });

  test('units that read and then write do not lose updates of each other', async () => {
    const id = await insert('counter', 0);
    const increment = () =>
      storage.write(async (unit) => {
        const notes = unit.tables<Tables>();
        const { size } = await notes
          .selectFrom('note')
          .select('size')
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        await notes
          .updateTable('note')
          .set({ size: size + 1 })
          .where('id', '=', id)
          .execute();
      });
    await Promise.all(Array.from({ length: 20 }, increment));
    const row = await storage.read((reader) =>
      reader
        .tables<Tables>()
        .selectFrom('note')
        .select('size')
        .where('id', '=', id)
        .executeTakeFirstOrThrow(),
    );
    expect(row.size).toBe(20);
  });

  test('what one unit requires of the table holds although two units look at once', async () => {
    const firstOnly = (body: string) =>
      storage.write(async (unit) => {
        const notes = unit.tables<Tables>();
        const some = await notes.selectFrom('note').select('id').where('size', '=', 7).executeTakeFirst();
        if (!some) await notes.insertInto('note').values({ body, size: 7 }).execute();
      });
    await Promise.all(['a', 'b', 'c', 'd'].map(firstOnly));
    expect(await bodies()).toHaveLength(1);
  });

  test('a read sees one snapshot while others write', async () => {
    await insert('before');
    const counts = await storage.read(async (reader) => {
      const count = async () => {
        const query = reader
          .tables<Tables>()
          .selectFrom('note')
          .select((select) => select.fn.countAll<number>().as('n'));
        return (await query.executeTakeFirstOrThrow()).n;
      };
      const first = await count();
      await insert('during');
      return [first, await count()];
    });
    expect(counts).toEqual([1, 1]);
    expect(await bodies()).toEqual(['before', 'during']);
  });

  test('a read cannot write', async () => {
    const sneaky = storage.read((reader) =>
      reader.tables<Tables>().insertInto('note').values({ body: 'x', size: 0 }).execute(),
    );
    await expect(sneaky).rejects.toMatchObject({ code: 'internal' });
    expect(await bodies()).toEqual([]);
  });

  test('notifications reach those who listen, after the commit, and nobody who left', async () => {
    const heard: (string | undefined)[] = [];
    let arrived = () => {};
    const last = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    storage.listen('news', (payload) => {
      heard.push(payload);
      if (payload === 'last') arrived();
    });
    storage.listen('news', () => heard.push('left too late'))();
    const failing = storage.write(async (unit) => {
      unit.notify('news', 'rolled back');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const long = 'ü"\n'.repeat(1000);
    await storage.write(async (unit) => {
      unit.notify('news', 'first');
      unit.notify('other', 'not for us');
      unit.notify('news', long);
    });
    await storage.write(async (unit) => unit.notify('news', 'last'));
    await last;
    expect(heard).toEqual(['first', long, 'last']);
  });

  test('a unit that waits for something else than its queries fails', async () => {
    const waiting = storage.write(async (unit) => {
      await unit.tables<Tables>().insertInto('note').values({ body: 'gone', size: 0 }).execute();
      await new Promise(() => {});
    });
    await expect(waiting).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('waited'),
    });
    expect(await bodies()).toEqual([]);
  });

  test('identity numbers are never used twice, and go on behind a declared one', async () => {
    const first = await insert('first');
    await storage.write((unit) => unit.tables<Tables>().deleteFrom('note').where('id', '=', first).execute());
    expect(await insert('second')).toBeGreaterThan(first);
    const declare = (id: number, body: string) =>
      storage.write(async (unit) => {
        await unit.tables<Tables>().insertInto('note').values({ id, body, size: 0 }).execute();
        await storage.declareIdentity(unit, 'note', 'id', id);
      });
    await declare(500, 'declared');
    expect(await insert('behind it')).toBe(501);
    await declare(100, 'declared late');
    expect(await insert('not back')).toBe(502);
  });

  test('a declared number is not given out again on a fresh table', async () => {
    await storage.write(async (unit) => {
      await unit.tables<Tables>().insertInto('note').values({ id: 1, body: 'declared', size: 0 }).execute();
      await storage.declareIdentity(unit, 'note', 'id', 1);
    });
    expect(await insert('next')).toBe(2);
  });

  test('a scan streams all rows of one snapshot in batches, and can be left early', async () => {
    await storage.write(async (unit) => {
      const rows = Array.from({ length: 25 }, (_, size) => ({ body: `n${size}`, size }));
      await unit.tables<Tables>().insertInto('note').values(rows).execute();
    });
    const scan = () =>
      storage.scan(
        (reader) =>
          reader.tables<Tables>().selectFrom('note').select('size').where('size', '>=', 5).orderBy('size'),
        10,
      );
    const batches: number[][] = [];
    for await (const rows of scan()) {
      batches.push(rows.map((row) => row.size));
      if (batches.length === 1) await insert('late', 100);
    }
    expect(batches.map((batch) => batch.length)).toEqual([10, 10]);
    expect(batches.flat()).toEqual(Array.from({ length: 20 }, (_, index) => index + 5));
    for await (const rows of scan()) {
      expect(rows).toHaveLength(10);
      break;
    }
    const broken = (async () => {
      for await (const _ of storage.scan((reader) =>
        reader.tables<{ nope: { x: number } }>().selectFrom('nope').selectAll(),
      )) {
        // Never reached: there is no such table.
      }
    })();
    await expect(broken).rejects.toMatchObject({ code: 'internal' });
  });

  test('one name excludes others and lets other names go', async () => {
    const order: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = storage.exclusive('a', async () => {
      order.push('first begins');
      await held;
      order.push('first ends');
    });
    const second = storage.exclusive('a', async () => order.push('second'));
    await storage.exclusive('b', async () => order.push('other'));
    release();
    await Promise.all([first, second]);
    expect(order.filter((entry) => entry !== 'other')).toEqual(['first begins', 'first ends', 'second']);
    await expect(storage.exclusive('a', () => Promise.reject(new Error('inside')))).rejects.toThrow('inside');
  });

  test('migrations are applied once and in order, and a newer database is refused', async () => {
    const later: MigrationSet = {
      name: 'core',
      migrations: [
        ...core.migrations,
        {
          name: '0002-more',
          statements: (types) => [`create table more (id ${types.identity}) ${types.end}`],
        },
      ],
    };
    await storage.migrate(core);
    await storage.migrate(later);
    await storage.migrate(later);
    await expect(storage.migrate(core)).rejects.toMatchObject({
      code: 'precondition',
      message: expect.stringContaining('0002-more'),
    });
    const broken: MigrationSet = {
      name: 'dialect',
      migrations: [
        {
          name: '0001-a',
          statements: (types) => [`create table kept_out (id ${types.identity}) ${types.end}`, 'nonsense'],
        },
      ],
    };
    await expect(storage.migrate(broken)).rejects.toMatchObject({ code: 'internal' });
    await expect(
      storage.read((reader) => sql`select * from kept_out`.execute(reader.tables())),
    ).rejects.toThrow();
  });

  test('a unit that may be lost is seen by all as soon as it is written, and by itself alone does not wait for the disk', async () => {
    const flush = engine === 'sqlite' ? 'pragma synchronous -- now' : 'show synchronous_commit';
    const kept = await storage.write(
      async (unit) => {
        await unit.tables<Tables>().insertInto('note').values({ body: 'lost', size: 0 }).execute();
        return (await sql.raw<Record<string, unknown>>(flush).execute(unit.tables())).rows;
      },
      { mayBeLost: true },
    );
    expect(kept).toEqual([engine === 'sqlite' ? { synchronous: 1 } : { synchronous_commit: 'off' }]);
    expect(await bodies()).toEqual(['lost']);
    expect(await insert('kept')).toBeGreaterThan(0);
    expect(await bodies()).toEqual(['kept', 'lost']);
  });

  test('a clock that a test moves is the time of units', async () => {
    const clock = new ManualClock(5_000_000);
    const moved = await openStorage({ url: opened.url, clock, log: silent });
    try {
      expect(await moved.write(async (unit) => unit.now)).toBe(5_000_000);
    } finally {
      await moved.close();
    }
    const now = await storage.write(async (unit) => unit.now);
    expect(Math.abs(now - systemClock.now())).toBeLessThan(60_000);
  });

  test('an open storage is ready', async () => {
    expect(await storage.ready()).toBe(true);
  });
});

test('a URL of another database is refused', async () => {
  await expect(openStorage({ url: 'mysql://x', clock: systemClock, log: silent })).rejects.toMatchObject({
    code: 'invalid',
  });
});
