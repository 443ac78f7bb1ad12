import { type Generated, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestStorage, type TestStorage, testEngines } from '../../../test/harness/storage.ts';
import { fixedQuery } from './fixed-query.ts';

interface Tables {
  note: { id: Generated<number>; body: string; size: number; bytes: Uint8Array | null };
}

describe.each(testEngines)('on %s', (engine) => {
  let opened: TestStorage;
  beforeEach(async () => {
    const statements = (types: {
      identity: string;
      text: string;
      integer: string;
      blob: string;
      end: string;
    }) => [
      `create table note (id ${types.identity}, body ${types.text} not null, size ${types.integer} not null, bytes ${types.blob}) ${types.end}`,
    ];
    opened = await openTestStorage({
      engine,
      migrations: [{ name: 'core', migrations: [{ name: '0001-note', statements }] }],
    });
  });
  afterEach(() => opened.close());

  test('a query that is built once runs with the values of each call, for reading and for writing', async () => {
    const insertNote = fixedQuery<Tables, { id: number }, { body: string; size: number }>((tables, value) =>
      tables
        .insertInto('note')
        .values({ body: value('body'), size: sql`${value('size')} + 1`, bytes: null })
        .returning('id'),
    );
    let built = 0;
    const between = fixedQuery<Tables, { body: string }, { low: number; high: number }>((tables, value) => {
      built += 1;
      const from = tables.selectFrom('note').select('body').where('size', '>=', value('low'));
      return from.where('size', '<', value('high')).where('bytes', 'is', null).orderBy('body');
    });
    for (const [body, size] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ] as const) {
      const [row] = await opened.storage.write((unit) => insertNote(unit, { body, size }));
      expect(row?.id).toBeGreaterThan(0);
    }
    const found = (low: number, high: number) =>
      opened.storage.read(async (reader) => (await between(reader, { high, low })).map(({ body }) => body));
    expect(await found(2, 4)).toEqual(['a', 'b']);
    expect(await found(3, 9)).toEqual(['b', 'c']);
    expect(built).toBe(1);
  });
});
