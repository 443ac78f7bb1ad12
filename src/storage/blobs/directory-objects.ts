import { randomUUID } from 'node:crypto';
import { closeSync, constants, existsSync, fstatSync, openSync } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncPath } from '../durable-file.ts';
import { readAt } from '../read-at.ts';
import type { BlobObjects } from './blob-store.ts';
import { entries } from './entries.ts';
import { isSha256, noSuchBlob } from './sha256.ts';
import { UnflushedBlobs } from './unflushed-blobs.ts';

/** Downloads read this much at once: more helps a few, and slows many at the same time by the memory it turns over. */
const readBytes = 64 * 1024;

/**
 * Blobs as files `<folder>/ab/cd/abcd…`, two levels so that no folder grows beyond what tools can list; those that may be
 * lost lie apart (`UnflushedBlobs`), so that a name of this form always stands for flushed bytes. What is only looked for
 * is looked for on the spot: the way to another thread and back costs more.
 */
export function directoryObjects(folder: string): BlobObjects {
  const place = (sha256: string) => {
    if (!isSha256(sha256)) throw noSuchBlob(sha256);
    return join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  };
  const unflushed = new UnflushedBlobs(folder);
  const find = async (sha256: string) => {
    const target = place(sha256);
    const known = unflushed.known(sha256);
    if (known !== undefined) return known;
    return existsSync(target) ? target : ((await unflushed.find(sha256)) ?? target);
  };
  return {
    async put(blob, file, options) {
      const target = place(blob.sha256);
      if (existsSync(target)) {
        await rm(file, { force: true });
        return;
      }
      if (options?.mayBeLost && unflushed.take(blob.sha256, file)) return;
      // At the same time: a disk flushes several as fast as one.
      await Promise.all([syncPath(file), makeFolder(folder, dirname(target))]);
      await moveInto(file, target);
      await syncPath(dirname(target));
    },
    async open(sha256, range) {
      const handle = await open(await find(sha256), 'r').catch((error) => {
        throw openingError(error, sha256);
      });
      return handle.createReadStream({ highWaterMark: readBytes, ...(range ?? {}) });
    },
    async bytes(sha256) {
      const descriptor = openForReading(await find(sha256), sha256);
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
      return (await sizeOf(place(sha256))) ?? (await sizeOf(await unflushed.find(sha256)));
    },
    async localFile(sha256) {
      const file = await find(sha256);
      if (!existsSync(file)) throw noSuchBlob(sha256);
      return file;
    },
    async remove(sha256) {
      await rm(place(sha256), { force: true });
      await unflushed.remove(sha256);
    },
    async *olderThan(before) {
      for (const first of await entries(folder)) {
        if (first.name.length !== 2) continue;
        for (const second of await entries(join(folder, first.name))) {
          for (const entry of await entries(join(folder, first.name, second.name))) {
            if (isSha256(entry.name) && (await isOlder(place(entry.name), before))) yield entry.name;
          }
        }
      }
      for await (const { sha256, file } of unflushed.all()) if (await isOlder(file, before)) yield sha256;
    },
  };
}

async function isOlder(file: string, before: number): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && found.mtimeMs < before;
}

async function sizeOf(file: string | undefined): Promise<number | undefined> {
  if (file === undefined) return undefined;
  return await stat(file).then(
    (found) => found.size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
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
