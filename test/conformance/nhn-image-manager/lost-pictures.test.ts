import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { define, job, put, shown } from './recipes-setup.ts';
import { api, listed, png, startInstallation } from './setup.ts';

/** The files of pictures that were made in real time and that nobody flushed. */
async function unflushedFiles(data: string): Promise<string[]> {
  const folder = join(data, 'blobs', 'unflushed');
  const found = await readdir(folder, { withFileTypes: true, recursive: true });
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test('a picture made in real time whose file a loss of power cut off is made again, by either of its URLs', async () => {
  const server = await startInstallation();
  try {
    await define(server, 'small', [job('resize_max_fit', { width: 50, height: 50 })]);
    await put(server, '/lost/photo.png', await png(200, 160));
    const made = await shown(server, '/lost/photo.png', '?small');
    expect(made.status).toBe(200);
    for (const [path, tail] of [
      ['/lost/photo.png', '?small'],
      ['/lost/photo_small.png', ''],
    ] as const) {
      const files = await unflushedFiles(server.data);
      expect(files).toHaveLength(1);
      for (const file of files) await truncate(file, 20);
      await server.crash();
      const again = await shown(server, path, tail);
      expect(again.status).toBe(200);
      expect(again.bytes.equals(made.bytes)).toBe(true);
      const { files: list } = (await listed(server, '/lost', { createdBy: 'P' })).json;
      expect(list).toMatchObject([{ name: 'photo_small.png', bytes: made.bytes.length }]);
    }
    // One that can't be made again is not there, and never half of it.
    for (const file of await unflushedFiles(server.data)) await truncate(file, 20);
    await api(server, 'DELETE', '/operations/small');
    await server.crash();
    expect((await shown(server, '/lost/photo_small.png')).status).toBe(404);
  } finally {
    await server.close();
  }
});
