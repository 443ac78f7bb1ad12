import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fillFolder } from '../../test/harness/filled-library.ts';
import { openLibrary, type TestLibrary } from '../../test/harness/library.ts';
import { twinEngines } from '../../test/harness/storage.ts';
import type { ListRequest } from './index.ts';

describe.each(twinEngines)('listings on %s', (engine) => {
  let room: TestLibrary;
  beforeEach(async () => {
    room = await openLibrary(engine);
  });
  afterEach(() => room.close());

  const list = async (request: Partial<ListRequest>) => {
    const whole = {
      library: 'shop',
      path: '/',
      order: 'name-up',
      offset: 0,
      limit: 100,
      ...request,
    } as const;
    const { folders, files, totalFolders, totalFiles } = await room.media.tree.list(whole);
    return {
      names: [...folders.map(({ name }) => `${name}/`), ...files.map(({ name }) => name)],
      totals: [totalFolders, totalFiles],
    };
  };
  const createFolder = (path: string) =>
    room.storage.write((unit) => room.media.tree.createFolder(unit, 'shop', path));

  test('folders come first, and pages run over into the files; totals stay', async () => {
    for (const path of ['/f2', '/f1', '/f3']) await createFolder(path);
    for (const name of ['d', 'b', 'a', 'e', 'c']) await room.put(`/${name}.png`);
    const pages = [0, 4, 8].map((offset) => list({ offset, limit: 4 }));
    expect(await Promise.all(pages)).toEqual([
      { names: ['f1/', 'f2/', 'f3/', 'a.png'], totals: [3, 5] },
      { names: ['b.png', 'c.png', 'd.png', 'e.png'], totals: [3, 5] },
      { names: [], totals: [3, 5] },
    ]);
    expect((await list({ order: 'name-down' })).names[0]).toBe('f3/');
    expect((await list({ order: 'name-down', offset: 4, limit: 2 })).names).toEqual(['d.png', 'c.png']);
  });

  test('by date the last written stands last or first, by name where the time is one', async () => {
    for (const name of ['b', 'a', 'c']) await room.put(`/${name}.png`);
    room.clock.advance(1000);
    await room.put('/b.png', 'replace');
    expect((await list({ order: 'oldest' })).names).toEqual(['a.png', 'c.png', 'b.png']);
    expect((await list({ order: 'newest' })).names).toEqual(['b.png', 'c.png', 'a.png']);
  });

  test('names sort by code points and are searched byte for byte', async () => {
    for (const name of ['Sample.png', 'sample.png', 'a_sample.gif', 'Ähre.png', 'z%.png', '😀.png', '￼.png'])
      await room.put(`/${name}`);
    await createFolder('/samples');
    expect((await list({})).names).toEqual([
      'samples/',
      'Sample.png',
      'a_sample.gif',
      'sample.png',
      'z%.png',
      'Ähre.png',
      '￼.png',
      '😀.png',
    ]);
    expect(await list({ nameContains: 'sam' })).toEqual({
      names: ['samples/', 'a_sample.gif', 'sample.png'],
      totals: [1, 2],
    });
    expect((await list({ nameContains: 'sam', offset: 1, limit: 1 })).names).toEqual(['a_sample.gif']);
    expect(await list({ nameContains: 'sam', offset: 9 })).toEqual({ names: [], totals: [1, 2] });
    expect((await list({ nameContains: '%' })).names).toEqual(['z%.png']);
  });

  test('an unknown folder, and a file, have no listing', async () => {
    await room.put('/a.png');
    for (const path of ['/nope', '/a.png'])
      await expect(list({ path })).rejects.toMatchObject({ reason: 'unknown' });
  });

  test('pages of a large folder are those of a plain sort, while files come, change and go', async () => {
    await fillFolder(room.storage, { library: 'shop', files: 6_000, folder: '/' });
    await room.put('/f000000001.png', 'replace');
    for (const n of [0, 4500, 5999]) await room.put(`/f${String(n).padStart(9, '0')}-more.png`);
    const some = await list({ offset: 2_000, limit: 40 });
    const victims = await room.storage.read((reader) =>
      Promise.all(some.names.map((name) => room.media.tree.fileByPath(reader, 'shop', `/${name}`))),
    );
    const ids = victims.flatMap((file) => file?.id ?? []);
    await room.storage.write((unit) =>
      room.media.removals.enqueue(unit, { library: 'shop', folders: [], files: ids, withDerived: false }),
    );
    for (const order of ['name-up', 'name-down', 'oldest', 'newest'] as const) {
      for (const origin of [undefined, 'derived'] as const) {
        const expected = await plain(order, origin);
        for (const offset of [0, 2_049, expected.length - 3]) {
          const page = await list({ order, offset, limit: 5, ...(origin && { origin }) });
          expect(page, `${order} ${origin} ${offset}`).toEqual({
            names: expected.slice(offset, offset + 5),
            totals: [0, expected.length],
          });
        }
      }
    }
    const search = await list({ nameContains: '-more', order: 'name-down' });
    expect(search.names.map((name) => name.slice(0, 10))).toEqual(['f000005999', 'f000004500', 'f000000000']);
  });

  const plain = async (order: ListRequest['order'], origin: 'user' | 'derived' | undefined) => {
    const { rows } = await room.storage.read((reader) =>
      sql<{ name: string; origin: string }>`
        select name, origin from media_file where removal is null
        order by ${order === 'oldest' || order === 'newest' ? sql`updated_at,` : sql``} name`.execute(
        reader.tables(),
      ),
    );
    const names = rows.filter((row) => origin === undefined || row.origin === origin).map(({ name }) => name);
    return order === 'name-down' || order === 'newest' ? names.reverse() : names;
  };
});
