import { randomUUID } from 'node:crypto';
import { closeSync, constants, type Dirent, existsSync, fstatSync, openSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncPath } from '../durable-file.ts';
import { readAt } from '../read-at.ts';
import type { BlobObjects } from './blob-store.ts';
import { isSha256, noSuchBlob } from './sha256.ts';

/** Downloads read this much at once: more helps a few, and slows many at the same time by the memory it turns over. */
const readBytes = 64 * 1024;

/**
 * Blobs as files `<folder>/ab/cd/abcd…`, two levels so that no folder grows beyond what tools can list. What
 * is only looked for is looked for on the spot: the way to another thread and back costs more.
 */
export function directoryObjects(folder: string): BlobObjects {
  const place = (sha256: string) => {
    if (!isSha256(sha256)) throw noSuchBlob(sha256);
    return join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  };
  return {
    async put(blob, file) {
      const target = place(blob.sha256);
      if (existsSync(target)) {
        await rm(file, { force: true });
        return;
      }
      // At the same time: a disk flushes several as fast as one.
      await Promise.all([syncPath(file), makeFolder(folder, dirname(target))]);
      await moveInto(file, target);
      await syncPath(dirname(target));
    },
    async open(sha256, range) {
      const handle = await open(place(sha256), 'r').catch((error) => {
        throw openingError(error, sha256);
      });
      return handle.createReadStream({ highWaterMark: readBytes, ...(range ?? {}) });
    },
    async bytes(sha256) {
      const descriptor = openForReading(place(sha256), sha256);
      try {
        const bytes = Buffer.alloc(fstatSync(descriptor).size);
        for (let done = 0; done < bytes.length; ) {
          const count = await readAt(descriptor, bytes.subarray(done), done);
          if (count === 0) throw new Error(`The blob ${sha256} became shorter.`);
          done += count;
        }
        return bytes;
      } finally {
        closeSync(descriptor);
      }
    },
    async size(sha256) {
      if (!isSha256(sha256)) return undefined;
      return await stat(place(sha256)).then(
        (found) => found.size,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return undefined;
          throw error;
        },
      );
    },
    async localFile(sha256) {
      const file = place(sha256);
      if (!existsSync(file)) throw noSuchBlob(sha256);
      return file;
    },
    async remove(sha256) {
      await rm(place(sha256), { force: true });
    },
    async *olderThan(before) {
      for (const first of await entries(folder)) {
        for (const second of await entries(join(folder, first.name))) {
          for (const entry of await entries(join(folder, first.name, second.name))) {
            if (!isSha256(entry.name)) continue;
            const found = await stat(place(entry.name)).catch(() => undefined);
            if (found && found.mtimeMs < before) yield entry.name;
          }
        }
      }
    },
  };
}

function openForReading(file: string, sha256: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw openingError(error as NodeJS.ErrnoException, sha256);
  }
}

function openingError(error: NodeJS.ErrnoException, sha256: string): Error {
  return error.code === 'ENOENT' ? noSuchBlob(sha256) : error;
}

/** Nothing where there is no folder: a stray file, or one that went meanwhile. */
async function entries(folder: string): Promise<Dirent[]> {
  return await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}

/** Makes the folders down to `target`, and makes the new names durable. */
async function makeFolder(root: string, target: string): Promise<void> {
  if (existsSync(target)) return;
  const first = await mkdir(target, { recursive: true });
  if (first === undefined) return;
  const changed: string[] = [];
  for (let folder = dirname(target); folder.length >= dirname(root).length; folder = dirname(folder)) {
    changed.push(folder);
    if (folder === dirname(first)) break;
  }
  await Promise.all(changed.map(syncPath));
}

/** Renames; from another disk copies beside the target first, so that the name appears with the whole file only. */
async function moveInto(file: string, target: string): Promise<void> {
  try {
    await rename(file, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    const beside = `${target}.${randomUUID()}`;
    try {
      await copyFile(file, beside, constants.COPYFILE_EXCL);
      await syncPath(beside);
      await rename(beside, target);
    } finally {
      await rm(beside, { force: true });
    }
    await rm(file, { force: true });
  }
}
