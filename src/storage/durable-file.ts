import { closeSync, fsync, openSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const flush = promisify(fsync);

/**
 * Flushes a file, or the names in a folder, to the disk. Opened and closed on the spot, which takes microseconds: each
 * way to another thread and back costs more, on a busy machine a millisecond.
 */
export async function syncPath(path: string): Promise<void> {
  const descriptor = openSync(path, 'r');
  try {
    await flush(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writes a file that only its owner reads (0600). It is on the disk, as a whole, when this resolves; an end of the
 * process in the middle leaves what was there before.
 */
export async function writePrivateFile(file: string, text: string): Promise<void> {
  const beside = `${file}.new`;
  // What an interrupted writing left may have another mode.
  await rm(beside, { force: true });
  const handle = await open(beside, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
  await syncPath(dirname(file));
}
