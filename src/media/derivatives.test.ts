import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLibrary, type TestLibrary } from '../../test/harness/library.ts';
import { twinEngines } from '../../test/harness/storage.ts';
import {
  type Derivation,
  type Recipe,
  type RecipeStep,
  recipeOf,
  type StoredFile,
  type Task,
  type TaskState,
} from './index.ts';

const options = {
  autoOrient: false,
  keepExif: true,
  keepAnimation: true,
  quality: 80,
  targetExtension: null,
};
const recipe = (...steps: RecipeStep[]): Recipe => recipeOf(options, steps);
const half = recipe({ kind: 'resize', mode: 'max-fit', width: 20, height: 20, direction: 'down' });
const strips = (size: number) => recipe({ kind: 'slice', strips: 'full-width', size });
const outside = recipe({
  kind: 'rectangle',
  gravity: 'north-west',
  offsetX: 500,
  offsetY: 0,
  width: 9,
  height: 9,
});

describe.each(twinEngines)('derivatives on %s', (engine) => {
  let room: TestLibrary;
  beforeEach(async () => {
    room = await openLibrary(engine);
  });
  afterEach(() => room.close());

  const picture = async (
    path: string,
    background = '#336699',
    collision: 'refuse' | 'replace' = 'refuse',
  ) => {
    const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background } })
      .png()
      .toBuffer();
    return await room.put(path, collision, await room.content(bytes, { width: 40, height: 30 }));
  };
  const fileAt = (path: string) =>
    room.storage.read((reader) => room.media.tree.fileByPath(reader, 'shop', path));
  const usage = () => room.storage.read((reader) => room.media.usage.read(reader, 'shop'));
  const of = (source: StoredFile, name = 'half', made = half): Derivation => ({ source, name, recipe: made });
  const enqueue = (...requests: Derivation[]) =>
    room.storage.write((unit) =>
      room.media.tasks.enqueue(
        unit,
        requests.map((one) => ({ ...one, note: { call: 7 } })),
      ),
    );
  const stateOf = async (task: Task | undefined): Promise<TaskState | undefined> =>
    (await room.storage.read((reader) => room.media.tasks.byId(reader, 'shop', task?.id ?? '')))?.state;
  /** Collects the ends of tasks; resolves when there are `count`. */
  const ends = (count: number) => {
    const over: Task[] = [];
    return new Promise<Task[]>((resolve) => {
      room.media.tasks.onEnd(async (unit, task) => {
        // PostgreSQL may run a unit again: what was committed counts.
        unit.afterCommit(() => {
          over.push(task);
          if (over.length === count) resolve(over);
        });
      });
    });
  };

  test('is made once however many ask at once, and again when the source has changed', async () => {
    const source = await picture('/a/photo.PNG');
    const asked = await Promise.all(
      Array.from({ length: 20 }, () => room.media.derivatives.ensure(of(source))),
    );
    expect(new Set(asked.map(({ id, version }) => `${id}/${version}`)).size).toBe(1);
    expect(asked[0]).toMatchObject({
      path: '/a/photo_half.PNG',
      origin: 'derived',
      recipe: 'half',
      source: { id: source.id, version: 1 },
      width: 20,
      height: 15,
      format: 'png',
    });
    expect((await usage()).recipesRun).toBe(1);
    const changed = await picture('/a/photo.PNG', '#ffffff', 'replace');
    const again = await room.media.derivatives.ensure(of(changed));
    expect(again).toMatchObject({ id: asked[0]?.id, version: 2, source: { id: source.id, version: 2 } });
    expect(again.sha256).not.toBe(asked[0]?.sha256);
    await room.media.derivatives.ensure(of(changed));
    expect(await usage()).toMatchObject({
      recipesRun: 2,
      files: 2,
      bytesStored: changed.bytes + again.bytes,
    });
    // The two that are there; what they replaced is left to the sweep.
    expect((await room.references()).counted).toBe(2);
  });

  test('asked for by a page is stored without a flush of its own, made by a task it is durable', async () => {
    const source = await picture('/a/photo.png');
    const before = room.storage.commits;
    await room.media.derivatives.ensure(of(source));
    expect(room.storage.commits).toBe(before);
    expect(await fileAt('/a/photo_half.png')).toMatchObject({ recipe: 'half', width: 20 });
    await room.media.derivatives.make(of(source, 'other'));
    expect(room.storage.commits).toBe(before + 1);
  });

  test("a user's file is never replaced, a user may replace what a recipe made", async () => {
    const source = await picture('/photo.png');
    const users = await picture('/photo_half.png');
    await expect(room.media.derivatives.make(of(source))).rejects.toMatchObject({
      reason: 'user-file-there',
    });
    expect(await fileAt('/photo_half.png')).toEqual(users);
    await room.media.derivatives.make(of(source, 'other'));
    await expect(picture('/photo_other.png')).rejects.toMatchObject({ reason: 'file-there' });
    const taken = await picture('/photo_other.png', '#000000', 'replace');
    expect(taken).toMatchObject({ origin: 'user', recipe: null, source: null });
  });

  test('a split that gives fewer pieces than before takes the surplus away', async () => {
    const source = await picture('/long.png');
    const first = await room.media.derivatives.make(of(source, 'cut', strips(6)));
    expect(first.files.map(({ name, height, piece }) => [name, height, piece])).toEqual(
      [0, 1, 2, 3, 4].map((n) => [`long_cut_000${n}.png`, 6, n]),
    );
    const second = await room.media.derivatives.make(of(source, 'cut', strips(16)));
    expect(second).toMatchObject({ replaced: true, files: [{ height: 16 }, { height: 14 }] });
    expect(await fileAt('/long_cut_0001.png')).toBeDefined();
    expect(await fileAt('/long_cut_0002.png')).toBeUndefined();
    expect((await usage()).files).toBe(3);
  });

  test('go with their source or by their recipe, or stay as orphans', async () => {
    const [one, two] = [await picture('/d/one.png'), await picture('/d/two.png')];
    for (const source of [one, two]) {
      await room.media.derivatives.make(of(source));
      await room.media.derivatives.make(of(source, 'cut', strips(15)));
    }
    await room.media.removals.removeFile('shop', one.id, { withDerived: true });
    await room.media.removals.removeFile('shop', two.id, { withDerived: false });
    expect(await fileAt('/d/one_half.png')).toBeUndefined();
    expect(await fileAt('/d/two_half.png')).toMatchObject({ recipe: 'half', source: { id: two.id } });
    expect(await room.media.removals.removeDerivedBy('shop', 'cut')).toBe(2);
    expect(await usage()).toMatchObject({ files: 1, folders: 1 });
    expect((await room.references()).counted).toBe(1);
  });

  test('tasks end done or failed, tell their owner in the same unit, and are forgotten after 30 days', async () => {
    const source = await picture('/photo.png');
    const gone = await picture('/gone.png');
    const [good, bad, lost] = await enqueue(of(source), of(source, 'bad', outside), of(gone));
    expect(good).toMatchObject({
      kind: 'derive',
      state: 'waiting',
      retries: 0,
      recipe: 'half',
      target: { name: 'photo_half.png', path: '/photo_half.png' },
      source: { id: source.id, path: '/photo.png' },
    });
    await room.storage.write((unit) => room.media.tree.removeFile(unit, 'shop', gone.id));
    const over = ends(3);
    await room.work.start();
    const byId = new Map((await over).map((task) => [task.id, task]));
    expect(byId.get(good?.id ?? '')).toMatchObject({
      state: 'done',
      note: { call: 7 },
      replaced: false,
      results: [{ path: '/photo_half.png' }],
    });
    expect(byId.get(bad?.id ?? '')).toMatchObject({ state: 'failed', results: [] });
    expect(byId.get(lost?.id ?? '')?.reason).toContain('gone');
    expect((await room.work.counts()).dead).toBe(0);
    const again = ends(1);
    const [second] = await enqueue(of(source));
    expect(await again).toMatchObject([{ id: second?.id, replaced: true }]);
    expect(await stateOf(good)).toBe('done');
    room.clock.advance(31 * 24 * 3_600_000);
    await expect.poll(() => stateOf(good), { interval: 10 }).toBeUndefined();
  });

  test('a task that a kill interrupted ends after the restart, as a second try', async () => {
    const source = await picture('/photo.png');
    const [task] = await enqueue(of(source));
    // What a process leaves that died while the task ran.
    await room.storage.write(async (unit) => {
      const tables = unit.tables<{
        work: { kind: string; state: string; attempt: number; lease_owner: string; lease_until: number };
      }>();
      await tables
        .updateTable('work')
        .set({ state: 'running', attempt: 1, lease_owner: 'died', lease_until: unit.now - 1 })
        .where('kind', '=', 'media.derive')
        .execute();
    });
    const over = ends(1);
    await room.work.start();
    expect(await over).toMatchObject([{ id: task?.id, state: 'done', retries: 1 }]);
  });

  test('what cannot be decoded fails for good, what it replaces stays', async () => {
    const source = await room.put('/broken.png', 'refuse', await room.content(Buffer.from('no picture')));
    await expect(room.media.derivatives.make(of(source))).rejects.toMatchObject({ code: 'invalid' });
    const stored = await room.put('/kept.miff', 'refuse', await room.content(undefined, { format: 'miff' }));
    await expect(room.media.derivatives.make(of(stored))).rejects.toMatchObject({ code: 'invalid' });
    expect((await usage()).files).toBe(2);
  });

  test('what was served is counted together and written after a while', async () => {
    room.media.usage.served('shop', 100);
    room.media.usage.served('shop', 23);
    expect((await usage()).bytesServed).toBe(0);
    await room.media.usage.flush();
    expect((await usage()).bytesServed).toBe(123);
  });
});

describe.skipIf(!twinEngines.includes('postgres'))('derivatives on two replicas', () => {
  test('are made once, and both serve the same', async () => {
    const room = await openLibrary('postgres');
    try {
      const other = await room.replica();
      const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
        .png()
        .toBuffer();
      const source = await room.put('/a.png', 'refuse', await room.content(bytes, { width: 40, height: 30 }));
      const derivation = { source, name: 'half', recipe: half };
      const asked = await Promise.all(
        [room.media, other.media, room.media, other.media].map((media) =>
          media.derivatives.ensure(derivation),
        ),
      );
      expect(new Set(asked.map(({ id, version }) => `${id}/${version}`)).size).toBe(1);
      const usage = await room.storage.read((reader) => room.media.usage.read(reader, 'shop'));
      expect(usage.recipesRun).toBe(1);
    } finally {
      await room.close();
    }
  });
});
