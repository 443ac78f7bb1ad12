import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { openLibrary, type TestLibrary } from '../../test/harness/library.ts';
import { twinEngines } from '../../test/harness/storage.ts';
import { isTreeError } from './index.ts';
import { below } from './paths.ts';

/** Numbers that look like chance and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
}

describe.each(twinEngines)('counters on %s', (engine) => {
  test('say after any changes, some of them at once, what a recount says', async () => {
    const room = await openLibrary(engine);
    try {
      const next = numbers(7);
      for (let round = 0; round < 12; round += 1) {
        await Promise.all(Array.from({ length: 6 }, () => change(room, next)));
        await expectTrueCounters(room);
      }
    } finally {
      await room.close();
    }
  });
});

async function change(room: TestLibrary, next: (below: number) => number): Promise<void> {
  const { tree, removals } = room.media;
  const folder = ['', '/a', '/a/b', '/a/b/c', '/d'][next(5)] as string;
  const path = `${folder}/f${next(4)}.png`;
  try {
    const choice = next(10);
    if (choice < 6) {
      await room.put(path, (['replace', 'rename', 'refuse'] as const)[next(3)]);
    } else if (choice < 8) {
      const file = await room.storage.read((reader) => tree.fileByPath(reader, 'shop', path));
      if (file && choice === 6) await room.storage.write((unit) => tree.removeFile(unit, 'shop', file.id));
      if (file && choice === 7) await hide(room, [], [file.id]);
    } else {
      const found = await room.storage.read((reader) => tree.folderByPath(reader, 'shop', folder || '/'));
      if (found && choice === 8) await removals.removeFolder('shop', found.id, { limit: 100 });
      if (found && choice === 9) await hide(room, [found.id], []);
    }
  } catch (error) {
    // What is taken, hidden or gone by now is refused; that is how it should be.
    if (!isTreeError(error)) throw error;
  }
}

function hide(room: TestLibrary, folders: string[], files: string[]) {
  return room.storage.write((unit) =>
    room.media.removals.enqueue(unit, { library: 'shop', folders, files, withDerived: false }),
  );
}

interface Row {
  readonly number: number;
  readonly parent: number | null;
  readonly path: string;
  readonly removal: string | null;
}

async function expectTrueCounters(room: TestLibrary): Promise<void> {
  const { folders, files, blobs } = await room.storage.read(async (reader) => ({
    folders: (
      await sql<Row & Record<string, number>>`select * from media_folder order by path`.execute(
        reader.tables(),
      )
    ).rows,
    files: (
      await sql<{ folder: number; bytes: number; removal: string | null }>`
        select folder, bytes, removal from media_file`.execute(reader.tables())
    ).rows,
    blobs: (
      await sql<{ references: number }>`
        select cast(sum(reference_count) as bigint) as "references" from blob`.execute(reader.tables())
    ).rows,
  }));
  expect(blobs[0]?.references ?? 0).toBe(files.length);
  const hidden = folders.filter(({ removal }) => removal !== null).map(({ path }) => path);
  const isVisible = (path: string) => !hidden.some((top) => path === top || path.startsWith(`${top}/`));
  const visible = folders.filter(({ path }) => isVisible(path));
  const paths = new Map(visible.map(({ number, path }) => [number, path]));
  const shown = files.filter((file) => file.removal === null && paths.has(file.folder));
  for (const folder of visible) {
    const { from, to } = below(folder.path);
    const isBelow = (path: string) => path > from && path < to;
    const inside = shown.filter((file) => {
      const path = paths.get(file.folder) ?? '';
      return file.folder === folder.number || isBelow(path);
    });
    expect(folder, folder.path).toMatchObject({
      folders: visible.filter(({ parent }) => parent === folder.number).length,
      user_files: shown.filter((file) => file.folder === folder.number).length,
      derived_files: 0,
      tree_folders: visible.filter(({ path }) => isBelow(path)).length,
      tree_files: inside.length,
      tree_bytes: inside.reduce((sum, { bytes }) => sum + bytes, 0),
    });
  }
}
