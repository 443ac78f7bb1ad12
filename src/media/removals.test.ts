import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLibrary, type TestLibrary } from '../../test/harness/library.ts';
import { twinEngines } from '../../test/harness/storage.ts';
import type { Task } from './index.ts';

describe.each(twinEngines)('removals on %s', (engine) => {
  let room: TestLibrary;
  beforeEach(async () => {
    room = await openLibrary(engine);
  });
  afterEach(() => room.close());

  const tree = () => room.media.tree;
  const fileAt = (path: string) => room.storage.read((reader) => tree().fileByPath(reader, 'shop', path));
  const folderAt = (path: string) => room.storage.read((reader) => tree().folderByPath(reader, 'shop', path));
  const totals = (path = '/') => room.storage.read((reader) => tree().totals(reader, 'shop', path));
  const enqueue = (folders: string[], files: string[], withDerived = false) =>
    room.storage.write((unit) =>
      room.media.removals.enqueue(unit, { library: 'shop', folders, files, withDerived, note: { by: 'me' } }),
    );
  /** Starts the queue and waits until a task has ended. */
  const ended = async (task: Task | null) => {
    const end = new Promise<Task>((resolve) => {
      room.media.tasks.onEnd(async (unit, over) => {
        // Not before its unit is committed, which what comes next reads.
        if (over.id === task?.id) unit.afterCommit(() => resolve(over));
      });
    });
    await room.work.start();
    return await end;
  };
  const idOf = async (path: string) => ((await fileAt(path)) ?? (await folderAt(path)))?.id ?? '';

  test('hidden entries are gone from every answer at once, keep their names, and go when the task runs', async () => {
    for (const path of ['/a/1.png', '/a/b/2.png', '/c/3.png', '/c/4.png']) await room.put(path);
    const [folder, file] = [await idOf('/a'), await idOf('/c/3.png')];
    const inside = await idOf('/a/b/2.png');
    const outcome = await enqueue([folder, 'nobody'], [file, file]);
    expect(outcome).toMatchObject({ hidden: 2, alreadyHidden: 0, unknown: 1, root: false });
    expect(outcome.task).toMatchObject({ kind: 'remove', state: 'waiting', retries: 0, note: { by: 'me' } });
    expect(await totals()).toEqual({ folders: 1, files: 1, bytes: 16 });
    expect(await totals('/c')).toEqual({ folders: 0, files: 1, bytes: 16 });
    for (const path of ['/a/1.png', '/a/b/2.png', '/c/3.png']) expect(await fileAt(path)).toBeUndefined();
    for (const path of ['/a', '/a/b']) expect(await folderAt(path)).toBeUndefined();
    const below = await room.storage.read((reader) =>
      tree().filesBelow(reader, { library: 'shop', path: '/', limit: 9 }),
    );
    expect(below.map(({ path }) => path)).toEqual(['/c/4.png']);
    // What stands below a hidden folder is hidden; hiding it again is no new removal.
    expect(await enqueue([folder], [inside])).toMatchObject({ task: null, hidden: 0, alreadyHidden: 2 });
    await expect(room.put('/a/b/new.png')).rejects.toMatchObject({ reason: 'parent-being-removed' });
    await expect(room.put('/c/3.png', 'replace')).rejects.toMatchObject({ reason: 'being-removed' });
    expect((await room.put('/c/3.png', 'rename')).name).toBe('3(1).png');
    const create = (path: string) => room.storage.write((unit) => tree().createFolder(unit, 'shop', path));
    await expect(create('/a')).rejects.toMatchObject({ reason: 'folder-there' });
    await expect(create('/a/x')).rejects.toMatchObject({ reason: 'parent-being-removed' });

    expect(await ended(outcome.task)).toMatchObject({ state: 'done', retries: 0, results: [] });
    expect(await enqueue([folder], [file])).toMatchObject({ task: null, unknown: 2 });
    // Three that went and two that were refused.
    expect(await room.references()).toEqual({ counted: 2, unreferenced: 5 });
    expect((await room.put('/a/1.png')).name).toBe('1.png');
  });

  test('a folder with what is below it is hidden in one go even when both are named', async () => {
    for (const path of ['/a/b/1.png', '/a/b/c/2.png', '/z.png']) await room.put(path);
    const ids = [await idOf('/a/b/c'), await idOf('/a/b'), await idOf('/a')];
    const outcome = await enqueue(ids, [await idOf('/a/b/1.png')]);
    expect(outcome).toMatchObject({ unknown: 0, root: false });
    expect(await totals()).toEqual({ folders: 0, files: 1, bytes: 16 });
    await ended(outcome.task);
    expect(await room.references()).toEqual({ counted: 1, unreferenced: 2 });
  });

  test('a folder removed now is gone with all it holds when the call ends, and can be made again', async () => {
    for (let n = 0; n < 30; n += 1) await room.put(`/a/d${n % 3}/${n}.png`);
    await room.put('/a-b/x.png');
    const id = await idOf('/a');
    await expect(room.media.removals.removeFolder('shop', id, { limit: 32 })).rejects.toMatchObject({
      reason: 'too-many',
    });
    await room.media.removals.removeFolder('shop', id, { limit: 33 });
    expect(await room.references()).toEqual({ counted: 1, unreferenced: 30 });
    expect(await totals()).toEqual({ folders: 1, files: 1, bytes: 16 });
    await room.put('/a/d1/1.png');
    await expect(room.media.removals.removeFolder('shop', id, { limit: 9 })).rejects.toMatchObject({
      reason: 'unknown',
    });
    await expect(
      room.media.removals.removeFolder('shop', await idOf('/'), { limit: 9 }),
    ).rejects.toMatchObject({ reason: 'root' });
  });

  test('what a process that died had only hidden is removed after the restart', async () => {
    for (let n = 0; n < 20; n += 1) await room.put(`/a/${n}.png`);
    const outcome = await enqueue([await idOf('/a')], []);
    // The first unit of a removal and no other: as after a kill in the middle.
    await room.storage.write(async (unit) => {
      await unit
        .tables<{ media_file: { number: number; name: string } }>()
        .deleteFrom('media_file')
        .where('name', '=', '0.png')
        .execute();
    });
    await ended(outcome.task);
    expect(await room.references()).toEqual({ counted: 1, unreferenced: 19 });
    expect((await room.put('/a/0.png')).path).toBe('/a/0.png');
  });

  test('all that a library holds is hidden in a moment, and the root can be filled again afterwards', async () => {
    for (const path of ['/a/1.png', '/2.png', '/b/c/3.png']) await room.put(path);
    const task = await room.storage.write((unit) => room.media.removals.enqueueAll(unit, 'shop'));
    expect(await totals()).toEqual({ folders: 0, files: 0, bytes: 0 });
    const listing = { library: 'shop', path: '/', order: 'name-up', offset: 0, limit: 9 } as const;
    expect((await room.media.tree.list(listing)).totalFiles).toBe(0);
    expect((await room.media.tree.list({ ...listing, nameContains: 'pn' })).files).toEqual([]);
    expect(await fileAt('/2.png')).toBeUndefined();
    await expect(room.put('/new.png')).rejects.toMatchObject({ reason: 'parent-being-removed' });
    await ended(task);
    await room.put('/new.png');
    expect(await totals()).toEqual({ folders: 0, files: 1, bytes: 16 });
    expect(await room.references()).toEqual({ counted: 1, unreferenced: 4 });
    expect(await room.storage.write((unit) => room.media.removals.enqueueAll(unit, 'shop'))).not.toBeNull();
  });
});
