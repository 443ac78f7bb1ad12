import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pieceFile, removePieces } from './piece-file.ts';

test('the pieces of a failed request go, those of others stay', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-pieces-'));
  try {
    for (const piece of [0, 1, 2]) await writeFile(pieceFile(join(folder, 'failed'), piece), 'x');
    await writeFile(pieceFile(join(folder, 'other'), 0), 'x');
    await removePieces(join(folder, 'failed'));
    expect(await readdir(folder)).toEqual(['other-0']);
    await removePieces(join(folder, 'failed'));
  } finally {
    await rm(folder, { recursive: true });
  }
});
