import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLibrary, type TestLibrary } from '../../test/harness/library.ts';
import { filePage } from './list-folder.ts';

let room: TestLibrary;
beforeAll(async () => {
  room = await openLibrary('sqlite');
});
afterAll(() => room.close());

test.each([
  ['name', undefined],
  ['name', 'derived'],
  ['date', undefined],
  ['date', 'user'],
] as const)(
  'a page of files by %s, of origin %s, is read by an index in its order',
  async (sorting, origin) => {
    const plan = await room.storage.read(async (reader) => {
      const page = { low: { at: 5, name: 'b' }, skip: 3, count: 10 };
      const { sql: text, parameters } = filePage(reader, 1, sorting, origin, page).compile();
      const values = [...parameters];
      const inlined = text.replaceAll('?', () => {
        const value = values.shift();
        return typeof value === 'string' ? `'${value}'` : String(value);
      });
      const { rows } = await sql<{ detail: string }>`explain query plan ${sql.raw(inlined)}`.execute(
        reader.tables(),
      );
      return rows.map(({ detail }) => detail).join('\n');
    });
    expect(plan).toContain('SEARCH media_file USING INDEX media_file_by_');
    expect(plan).not.toContain('TEMP B-TREE');
  },
);
