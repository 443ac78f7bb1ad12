import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pause, ServerRefusal } from '../calls/index.ts';
import type { PutFileStep } from '../engine/steps/index.ts';
import { backoff } from './backoff.ts';
import type { Connection } from './connection.ts';

type Blob = PutFileStep['blob'];

/** Thrown when the server will never give these bytes, or gives others. */
export class BlobError extends Error {
  override readonly name = 'BlobError';
}

/** Files of the server on this host's disk, named by their sha-256, the least recently used of them removed. */
export interface BlobCache {
  /** The path of the complete, verified file; fetched, and resumed where an earlier fetch broke off, when missing. */
  fetch(blob: Blob, signal: AbortSignal): Promise<string>;
  discard(sha256: string): Promise<void>;
}

/** A cache in `folder` that is trimmed to `limitBytes` before a file is fetched; that file itself may be larger. */
export function createBlobCache(folder: string, connection: Connection, limitBytes: number): BlobCache {
  const pathOf = (sha256: string) => join(folder, sha256);

  return {
    async fetch(blob, signal) {
      const path = pathOf(blob.sha256);
      const found = await stat(path).catch(() => undefined);
      if (found?.size === blob.size) {
        await utimes(path, new Date(), new Date());
        return path;
      }
      await trim(folder, limitBytes - blob.size, `${blob.sha256}.part`);
      try {
        await download(blob, `${path}.part`, connection, signal);
      } catch (error) {
        // Half a file that does not fit would keep the disk full; any other half is worth resuming.
        if (isDiskFull(error)) await rm(`${path}.part`, { force: true });
        throw error;
      }
      await rename(`${path}.part`, path);
      return path;
    },
    async discard(sha256) {
      await rm(pathOf(sha256), { force: true });
    },
  };
}

async function download(
  blob: Blob,
  part: string,
  connection: Connection,
  signal: AbortSignal,
): Promise<void> {
  let damaged = 0;
  for (let attempt = 1; ; ) {
    const before = (await stat(part).catch(() => undefined))?.size ?? 0;
    const sha256 = await tryDownload(blob, part, connection, signal);
    if (sha256 === blob.sha256) return;
    if (sha256 !== undefined) {
      // Whole, but not the bytes that were asked for: what an earlier fetch left may be to blame, a fresh one is not.
      await rm(part, { force: true });
      damaged += 1;
      if (damaged === 2 || before === 0) {
        throw new BlobError(`The server sent other bytes than sha-256 ${blob.sha256} names (got ${sha256})`);
      }
      continue;
    }
    const after = (await stat(part).catch(() => undefined))?.size ?? 0;
    attempt = after > before ? 1 : attempt + 1;
    await pause(backoff(attempt, Math.random()), signal);
  }
}

/** The sha-256 of the complete file; undefined when the connection broke and the rest is to be fetched. */
async function tryDownload(
  blob: Blob,
  part: string,
  connection: Connection,
  signal: AbortSignal,
): Promise<string | undefined> {
  signal.throwIfAborted();
  const handle = await open(part, 'a+', 0o600);
  try {
    let have = (await handle.stat()).size;
    if (have > blob.size) {
      await handle.truncate(0);
      have = 0;
    }
    let hash = await hashOf(part, have);
    if (have < blob.size || blob.size === 0) {
      const response = await ask(connection, blob, have, signal);
      if (!response) return undefined;
      if (response.statusCode !== 206 && have > 0) {
        await handle.truncate(0);
        hash = createHash('sha256');
        have = 0;
      }
      const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
      for (let chunk = await nextChunk(chunks, signal); chunk; chunk = await nextChunk(chunks, signal)) {
        if (have + chunk.length > blob.size) {
          response.destroy();
          await handle.truncate(0);
          throw new BlobError(`The server sent more than the ${blob.size} bytes that were announced`);
        }
        for (let written = 0; written < chunk.length; ) {
          written += (await handle.write(chunk, written)).bytesWritten;
        }
        hash.update(chunk);
        have += chunk.length;
      }
    }
    if (have < blob.size) return undefined;
    await handle.sync();
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}

/** The answer from byte `have` on; undefined when it is worth asking again later. */
async function ask(connection: Connection, blob: Blob, have: number, signal: AbortSignal) {
  try {
    return await connection.get(`/agent/v1/blobs/${blob.sha256}`, {
      timeoutMilliseconds: 30_000,
      signal,
      headers: have > 0 ? { range: `bytes=${have}-` } : {},
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ServerRefusal && error.status < 500 && error.status !== 429) {
      throw new BlobError(`The server does not give the file: ${error.message}`);
    }
    return undefined;
  }
}

/** Undefined at the end, and where the connection broke: the size tells which. */
async function nextChunk(chunks: AsyncIterator<Buffer>, signal: AbortSignal): Promise<Buffer | undefined> {
  try {
    const next = await chunks.next();
    return next.done ? undefined : next.value;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
}

async function hashOf(file: string, size: number): Promise<Hash> {
  const hash = createHash('sha256');
  if (size > 0) for await (const chunk of createReadStream(file, { end: size - 1 })) hash.update(chunk);
  return hash;
}

async function trim(folder: string, limitBytes: number, keep: string): Promise<void> {
  const files = [];
  for (const name of await readdir(folder)) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found && name !== keep) files.push({ name, size: found.size, usedAt: found.mtimeMs });
  }
  let total = files.reduce((sum, file) => sum + file.size, 0);
  for (const file of files.sort((a, b) => a.usedAt - b.usedAt)) {
    if (total <= limitBytes) return;
    await rm(join(folder, file.name), { force: true });
    total -= file.size;
  }
}
