import { type Generated, sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import {
  freshDatabase,
  postgresCanBeKilled,
  postgresMissing,
  startPostgres,
  type TestPostgres,
} from '../../../../test/harness/postgres.ts';
import { openTestStorage, silent } from '../../../../test/harness/storage.ts';
import { isCoreError } from '../../../errors/index.ts';
import { systemClock } from '../../clock.ts';
import { openStorage } from '../open-storage.ts';
import type { MigrationSet, Storage } from '../storage.ts';

interface Tables {
  counter: { id: Generated<number>; value: number };
}

const counters: MigrationSet = {
  name: 'core',
  migrations: [
    {
      name: '0001-counter',
      statements: (types) => [
        `create table counter (id ${types.identity}, value ${types.integer} not null) ${types.end}`,
        'insert into counter (value) values (0)',
      ],
    },
  ],
};

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function increment(storage: Storage): Promise<void> {
  return storage.write(async (unit) => {
    const tables = unit.tables<Tables>();
    const { value } = await tables.selectFrom('counter').select('value').executeTakeFirstOrThrow();
    await tables
      .updateTable('counter')
      .set({ value: value + 1 })
      .execute();
    unit.notify('counter', String(value + 1));
  });
}

function value(storage: Storage): Promise<number> {
  return storage.read(async (reader) => {
    const row = await reader.tables<Tables>().selectFrom('counter').select('value').executeTakeFirstOrThrow();
    return row.value;
  });
}

describe.skipIf(postgresMissing)('replicas on one PostgreSQL', () => {
  async function replicas(): Promise<[Storage, Storage]> {
    const opened = await openTestStorage({ engine: 'postgres', migrations: [counters] });
    closers.push(opened.close);
    const other = await openStorage({ url: opened.url, clock: systemClock, log: silent });
    closers.push(() => other.close());
    return [opened.storage, other];
  }

  test('units of different replicas that collide are repeated until each has counted', async () => {
    const [one, two] = await replicas();
    await Promise.all(Array.from({ length: 20 }, (_, turn) => increment(turn % 2 === 0 ? one : two)));
    expect(await value(one)).toBe(20);
  });

  test('a notification reaches the other replica', async () => {
    const [one, two] = await replicas();
    const heard = new Promise((resolve) => two.listen('counter', resolve));
    await increment(one);
    expect(await heard).toBe('1');
  });

  test('an exclusive name holds between replicas', async () => {
    const [one, two] = await replicas();
    const order: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const begun = new Promise<void>((begin) => {
      void one.exclusive('name', async () => {
        begin();
        await held;
        order.push('one');
      });
    });
    await begun;
    const second = two.exclusive('name', async () => order.push('two'));
    await two.exclusive('another name', async () => {});
    release();
    await second;
    expect(order).toEqual(['one', 'two']);
  });

  test('both may migrate at once', async () => {
    const [one, two] = await replicas();
    const more: MigrationSet = {
      name: 'more',
      migrations: [
        {
          name: '0001-more',
          statements: (types) => [`create table more (id ${types.identity}) ${types.end}`],
        },
      ],
    };
    await Promise.all([one.migrate(more), two.migrate(more)]);
    const { rows } = await one.read((reader) =>
      sql`select name from migration_more`.execute(reader.tables()),
    );
    expect(rows).toHaveLength(1);
  });

  test('text sorts by bytes in an ICU cluster only because each column says so', async () => {
    const [one] = await replicas();
    const { rows } = await one.read((reader) =>
      sql<{
        plain: number;
        column: number;
      }>`select 'a' < 'B' as plain, 'a' < 'B' collate "C" as column`.execute(reader.tables()),
    );
    expect(rows[0]?.column).toBe(0);
    if (postgresCanBeKilled) expect(rows[0]?.plain).toBe(1);
  });
});

describe.skipIf(!postgresCanBeKilled)('an outage of PostgreSQL', () => {
  async function startOwn(): Promise<{ server: TestPostgres; storage: Storage }> {
    const server = await startPostgres();
    closers.push(server.stop);
    const storage = await openStorage({
      url: await freshDatabase(server.url),
      clock: systemClock,
      log: silent,
    });
    closers.push(() => storage.close());
    await storage.migrate(counters);
    return { server, storage };
  }

  test('calls are unavailable while it lasts, and all goes on after it; listeners hear of the gap', async () => {
    const { server, storage } = await startOwn();
    await increment(storage);
    const gap = new Promise<void>((resolve) => {
      storage.listen('counter', (payload) => payload === undefined && resolve());
    });
    await server.kill();
    const scan = (async () => {
      for await (const _ of storage.scan((reader) =>
        reader.tables<Tables>().selectFrom('counter').selectAll(),
      ))
        break;
    })();
    const calls = [increment(storage), value(storage), scan, storage.exclusive('x', async () => {})];
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    }
    expect(await storage.ready()).toBe(false);
    await server.start();
    await gap;
    expect(await storage.ready()).toBe(true);
    await increment(storage);
    expect(await value(storage)).toBe(2);
  });

  test('units under way when it comes are refused or done, never half done', async () => {
    const { server, storage } = await startOwn();
    const calls = Array.from({ length: 30 }, () => increment(storage));
    const settled = Promise.allSettled(calls);
    await calls[5];
    await server.kill();
    const outcomes = await settled;
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(isCoreError(outcome.reason, 'unavailable')).toBe(true);
    }
    await server.start();
    const done = outcomes.filter((outcome) => outcome.status === 'fulfilled').length;
    expect(await value(storage)).toBeGreaterThanOrEqual(done);
  });
});

test.skipIf(postgresMissing)('a database that is away at start is unavailable', async () => {
  const opening = openStorage({ url: 'postgres://nobody@127.0.0.1:1/none', clock: systemClock, log: silent });
  await expect(opening).rejects.toMatchObject({ code: 'unavailable' });
});
