import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStorage, silent } from '../../../test/harness/storage.ts';
import { systemClock } from '../clock.ts';
import { blobMigrations } from './blob-table.ts';
import { createBlobStore } from './counted-blobs.ts';
import { directoryObjects } from './directory-objects.ts';

const megabyte = 1024 * 1024;
let disk: string;
/** A small disk of its own needs the right to mount one. */
let mounted = false;

beforeAll(async () => {
  disk = await mkdtemp(join(tmpdir(), 'slipway-disk-'));
  mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]).status === 0;
  if (!mounted) process.stderr.write('\nSKIPPED: full disks are not tested: no right to mount one\n\n');
});

afterAll(async () => {
  if (mounted) spawnSync('umount', [disk]);
  await rm(disk, { recursive: true, force: true });
});

async function* megabytes(count: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < count; sent += 1) yield Buffer.alloc(megabyte, sent);
}

test('a disk that fills during an upload answers unavailable, leaves nothing and takes what still fits', async ({
  skip,
}) => {
  skip(!mounted, 'no right to mount a small disk');
  const opened = await openTestStorage({ migrations: [{ name: 'core', migrations: blobMigrations }] });
  try {
    await mkdir(join(disk, 'blobs'));
    const blobs = await createBlobStore({
      storage: opened.storage,
      objects: directoryObjects(join(disk, 'blobs')),
      spoolFolder: join(disk, 'spool'),
      clock: systemClock,
      log: silent,
      limits: { freeBytes: 0 },
    });
    await (await blobs.spool(megabytes(1), { limit: 1e9 })).keep();
    await expect(blobs.spool(megabytes(100), { limit: 1e9 })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('disk is full'),
    });
    expect(await readdir(join(disk, 'spool'))).toEqual([]);
    expect(await readdir(join(disk, 'blobs'))).toHaveLength(1);
    await (await blobs.spool(megabytes(2), { limit: 1e9 })).keep();
  } finally {
    await opened.close();
  }
});
