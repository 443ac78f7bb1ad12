import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLibrary, type TestLibrary } from '../../test/harness/library.ts';
import { twinEngines } from '../../test/harness/storage.ts';

describe.each(twinEngines)('the tree on %s', (engine) => {
  let room: TestLibrary;
  beforeEach(async () => {
    room = await openLibrary(engine);
  });
  afterEach(() => room.close());

  const createFolder = (path: string) =>
    room.storage.write((unit) => room.media.tree.createFolder(unit, 'shop', path));
  const totals = (path: string) =>
    room.storage.read((reader) => room.media.tree.totals(reader, 'shop', path));
  const fileAt = (path: string) =>
    room.storage.read((reader) => room.media.tree.fileByPath(reader, 'shop', path));
  const folderAt = (path: string) =>
    room.storage.read((reader) => room.media.tree.folderByPath(reader, 'shop', path));
  const reason = (name: string) => expect.objectContaining({ reason: name });

  test('a folder brings the folders above it, once', async () => {
    const folder = await createFolder('/aa/bb/cc');
    expect(folder).toMatchObject({ path: '/aa/bb/cc', name: 'cc' });
    await expect(createFolder('/aa/bb/cc')).rejects.toEqual(reason('folder-there'));
    await expect(createFolder('/')).rejects.toEqual(reason('folder-there'));
    expect((await folderAt('/aa'))?.name).toBe('aa');
    expect(await totals('/')).toEqual({ folders: 3, files: 0, bytes: 0 });
    expect(await totals('/aa/bb')).toEqual({ folders: 1, files: 0, bytes: 0 });
    expect((await folderAt('/'))?.name).toBe('/');
  });

  test('a folder and a file never share a path', async () => {
    await room.put('/aa/x.png');
    await createFolder('/aa/dir.png');
    await expect(createFolder('/aa/x.png')).rejects.toEqual(reason('file-there'));
    await expect(createFolder('/aa/x.png/deeper')).rejects.toEqual(reason('file-there'));
    await expect(room.put('/aa/x.png/y.png')).rejects.toEqual(reason('file-there'));
    for (const collision of ['refuse', 'replace', 'rename'] as const)
      await expect(room.put('/aa/dir.png', collision)).rejects.toEqual(reason('folder-there'));
  });

  test('a taken path is refused, replaced with the same id and a new version, or stored under a free name', async () => {
    const first = await room.put('/aa/t.jpg');
    await expect(room.put('/aa/t.jpg')).rejects.toEqual(reason('file-there'));
    expect(await fileAt('/aa/t.jpg')).toEqual(first);
    room.clock.advance(5);
    const replaced = await room.put('/aa/t.jpg', 'replace', await room.content(Buffer.from('new')));
    expect(replaced).toMatchObject({ id: first.id, version: 2, bytes: 3, createdAt: first.createdAt });
    // Dates on the wire have whole seconds: another content has another date.
    expect(replaced.updatedAt).toBe(Math.floor(first.updatedAt / 1000) * 1000 + 1000);
    expect((await room.put('/aa/t.jpg', 'rename')).path).toBe('/aa/t(1).jpg');
    expect((await room.put('/aa/t.jpg', 'rename')).name).toBe('t(2).jpg');
    expect((await room.put('/aa/t(1).jpg', 'rename')).name).toBe('t(1)(1).jpg');
    expect((await room.put('/aa/free.jpg', 'rename')).name).toBe('free.jpg');
    expect(await totals('/')).toMatchObject({ folders: 1, files: 5, bytes: 3 + 4 * 16 });
  });

  test('a renamed file takes the first free number, folders and holes counted', async () => {
    for (let n = 0; n < 12; n += 1) await room.put('/t.jpg', 'rename');
    const hole = await fileAt('/t(5).jpg');
    await room.storage.write((unit) => room.media.tree.removeFile(unit, 'shop', hole?.id ?? ''));
    expect((await room.put('/t.jpg', 'rename')).name).toBe('t(5).jpg');
    await createFolder('/t(12).jpg');
    expect((await room.put('/t.jpg', 'rename')).name).toBe('t(13).jpg');
  });

  test('names are NFC, and look the same however they were typed', async () => {
    await room.put('/caf\u0065\u0301/a\u0308.png');
    expect((await fileAt('/caf\u00e9/\u00e4.png'))?.name).toBe('\u00e4.png');
    await expect(room.put('/caf\u00e9/\u00e4.png')).rejects.toEqual(reason('file-there'));
  });

  test('a path that is none is refused by every verb', async () => {
    const paths = [
      'relative.png',
      '/a//b',
      '/a/../b',
      '/./b',
      '/nul\u0000',
      '/new\nline',
      `/${'x'.repeat(256)}`,
      '/\ud800.png',
      `/${'abcdefghi/'.repeat(103)}`,
    ];
    for (const path of paths) {
      await expect(createFolder(path)).rejects.toEqual(reason('bad-path'));
      await expect(fileAt(path)).rejects.toEqual(reason('bad-path'));
    }
  });

  test('two of the same at once: one stays, the other is refused; renamed, both stay', async () => {
    const outcomes = await Promise.allSettled([room.put('/x/one.png'), room.put('/x/one.png')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const names = await Promise.all([1, 2, 3].map(() => room.put('/x/one.png', 'rename')));
    expect(names.map(({ name }) => name).sort()).toEqual(['one(1).png', 'one(2).png', 'one(3).png']);
    const folders = await Promise.allSettled([createFolder('/x/f'), createFolder('/x/f')]);
    expect(folders.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const replaced = await Promise.all([1, 2].map(() => room.put('/x/one.png', 'replace')));
    expect(replaced[0]?.id).toBe(replaced[1]?.id);
  });

  test('counters hold when many add and remove at once in folders that do not exist yet', async () => {
    const files = await Promise.all(
      Array.from({ length: 40 }, (_, n) => room.put(`/d${n % 4}/e${n % 8}/f${n}.png`)),
    );
    await Promise.all(
      files
        .slice(0, 10)
        .map(({ id }) => room.storage.write((unit) => room.media.tree.removeFile(unit, 'shop', id))),
    );
    expect(await totals('/')).toEqual({ folders: 12, files: 30, bytes: 30 * 16 });
    expect((await totals('/d1')).folders).toBe(2);
    const listing = await room.media.tree.list({
      library: 'shop',
      path: '/d1/e1',
      order: 'name-up',
      offset: 0,
      limit: 100,
    });
    expect(listing.totalFiles).toBe(listing.files.length);
    expect(await room.references()).toEqual({ counted: 30, unreferenced: 10 });
  });

  test('the same bytes under two names are one blob with two references', async () => {
    const content = await room.content();
    const one = await room.put('/one.png', 'refuse', content);
    await room.put('/two.png', 'refuse', content);
    await room.put('/two.png', 'replace', content);
    expect(await room.references()).toEqual({ counted: 2, unreferenced: 0 });
    await room.storage.write((unit) => room.media.tree.removeFile(unit, 'shop', one.id));
    expect(await room.references()).toEqual({ counted: 1, unreferenced: 0 });
  });

  test('files below a folder come from every depth, without those of a folder with a longer name', async () => {
    for (const path of ['/a/1.png', '/a/b/2.png', '/a-b/3.png', '/a/b/c/4.png', '/ab/5.png'])
      await room.put(path);
    const below = (path: string, limit = 10) =>
      room.storage.read(async (reader) => {
        const files = await room.media.tree.filesBelow(reader, {
          library: 'shop',
          path,
          origin: 'user',
          limit,
        });
        return files.map((file) => file.path);
      });
    expect(await below('/a')).toEqual(['/a/1.png', '/a/b/2.png', '/a/b/c/4.png']);
    expect(await below('/', 2)).toHaveLength(2);
    expect(await below('/')).toHaveLength(5);
    await expect(below('/nope')).rejects.toEqual(reason('unknown'));
  });

  test('what a file knows comes back as it was stored', async () => {
    const facts = {
      format: 'jpeg',
      width: 400,
      height: 300,
      frames: 3,
      takenAt: 1_456_466_210_000,
      coordinate: { latitude: 37.566389, longitude: -126.978056 },
    } as const;
    const file = await room.put('/photo.png', 'refuse', await room.content(undefined, facts));
    expect(file).toMatchObject({ ...facts, origin: 'user', source: null, recipe: null, piece: null });
    expect(await fileAt('/photo.png')).toEqual(file);
    expect(await room.storage.read((reader) => room.media.tree.fileById(reader, 'shop', file.id))).toEqual(
      file,
    );
    expect(
      await room.storage.read((reader) => room.media.tree.fileById(reader, 'other', file.id)),
    ).toBeUndefined();
  });

  test('a change is told by the time its writer hears of its success', async () => {
    const changes: unknown[] = [];
    const stop = room.media.onChange((change) => changes.push(change));
    await room.put('/aa/x.png');
    expect(changes).toContainEqual({ library: 'shop', path: '/aa/x.png', subtree: false });
    stop();
  });

  test('a library goes when it is empty, and its name is free again', async () => {
    await room.put('/x.png');
    const remove = () => room.storage.write((unit) => room.media.tree.removeLibrary(unit, 'shop'));
    await expect(remove()).rejects.toEqual(reason('not-empty'));
    const file = await fileAt('/x.png');
    await room.storage.write((unit) => room.media.tree.removeFile(unit, 'shop', file?.id ?? ''));
    await remove();
    await room.storage.write((unit) => room.media.tree.createLibrary(unit, 'shop'));
    await expect(
      room.storage.write((unit) => room.media.tree.createLibrary(unit, 'shop')),
    ).rejects.toMatchObject({ code: 'conflict' });
  });
});
