import { createHash, randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync, statfsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CoreError } from '../../errors/index.ts';
import { readAt } from '../read-at.ts';
import { type Blob, fewBytes, type SpoolOptions } from './blob-store.ts';

/** A complete temporary file and what is in it. */
export interface SpooledFile extends Blob {
  readonly file: string;
  /** Removes the file if it is still there, and makes room for other anonymous spools. */
  remove(): Promise<void>;
}

/** Bounds of the spool folder. */
export interface SpoolLimits {
  /** Bytes that must stay free on the disk; default 256 MiB. */
  readonly freeBytes: number;
  /** Most anonymous spools at once, those not yet kept or discarded included. */
  readonly anonymousSpools: number;
  /** Most bytes of anonymous spools together. */
  readonly anonymousBytes: number;
}

/** What strangers may leave on the disk at once. */
export const defaultSpoolLimits: SpoolLimits = {
  freeBytes: 256 * 1024 * 1024,
  anonymousSpools: 16,
  anonymousBytes: 8 * 1024 ** 3,
};

/** Chunks are gathered to this size before they are written: a socket’s 64 KiB would cost four times the calls. */
const writeBytes = 256 * 1024;
/** How often the free space is looked at. */
const freeCheckBytes = 64 * 1024 * 1024;

/** A folder of temporary files. One process owns it; what an earlier one left is removed at start. */
export class Spool {
  readonly #folder: string;
  readonly #limits: SpoolLimits;
  #anonymousSpools = 0;
  #anonymousBytes = 0;

  constructor(folder: string, limits: SpoolLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  async empty(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const name of await readdir(this.#folder))
      await rm(join(this.#folder, name), { recursive: true, force: true });
  }

  /** Streams the source into a file, hashing the next chunks while the last ones are written. */
  async receive(source: AsyncIterable<Uint8Array>, options: SpoolOptions): Promise<SpooledFile> {
    const anonymous = options.anonymous === true;
    if (anonymous && this.#anonymousSpools >= this.#limits.anonymousSpools) throw tooManyStrangers();
    let counted = 0;
    const count = (bytes: number) => {
      if (!anonymous) return;
      counted += bytes;
      this.#anonymousBytes += bytes;
      if (this.#anonymousBytes > this.#limits.anonymousBytes) throw tooManyStrangers();
    };
    if (anonymous) this.#anonymousSpools += 1;
    const file = join(this.#folder, randomUUID());
    let removed = false;
    const remove = async () => {
      if (removed) return;
      removed = true;
      if (anonymous) this.#anonymousSpools -= 1;
      this.#anonymousBytes -= counted;
      await removeIfThere(file);
    };
    try {
      const blob = await this.#write(file, source, options.limit, count);
      return { ...blob, file, remove };
    } catch (error) {
      await remove();
      throw diskError(error);
    }
  }

  /**
   * Hashes a complete file where it lies, and answers its bytes where they are few: those are read on the spot, since what
   * was just written is in memory, and a way to another thread costs more. Throws `unavailable` when it has not `size`
   * bytes, or the disk is full.
   */
  async adopt(
    { path, size }: { readonly path: string; readonly size: number },
    look?: (bytes: Uint8Array) => void,
  ): Promise<SpooledFile & { readonly bytes: Buffer | undefined }> {
    this.#requireFree();
    const hash = createHash('sha256');
    const isSmall = size <= fewBytes;
    // Not of the shared pool, which somebody who keeps it in memory would keep too.
    const buffer = Buffer.allocUnsafeSlow(isSmall ? size : writeBytes);
    const descriptor = openSync(path, 'r');
    try {
      for (let done = 0; done < size; ) {
        const part = isSmall ? buffer.subarray(done) : buffer.subarray(0, Math.min(writeBytes, size - done));
        const bytesRead = isSmall
          ? readSync(descriptor, part, 0, part.length, done)
          : await readAt(descriptor, part, done);
        if (bytesRead === 0) throw new CoreError('unavailable', `The file ${path} ends before byte ${size}.`);
        const bytes = part.subarray(0, bytesRead);
        hash.update(bytes);
        look?.(bytes);
        done += bytesRead;
      }
    } finally {
      closeSync(descriptor);
    }
    const spooled = { sha256: hash.digest('hex'), size, file: path, remove: () => removeIfThere(path) };
    return { ...spooled, bytes: isSmall ? buffer : undefined };
  }

  async #write(
    file: string,
    source: AsyncIterable<Uint8Array>,
    limit: number,
    count: (bytes: number) => void,
  ): Promise<Blob> {
    this.#requireFree();
    const handle = await open(file, 'wx', 0o600);
    let writing: Promise<void> = Promise.resolve();
    try {
      const hash = createHash('sha256');
      let size = 0;
      let uncheckedBytes = 0;
      let gathered: Uint8Array[] = [];
      let gatheredBytes = 0;
      for await (const chunk of source) {
        size += chunk.byteLength;
        if (size > limit) throw new CoreError('too-large', `The upload is larger than ${limit} bytes.`);
        count(chunk.byteLength);
        hash.update(chunk);
        gathered.push(chunk);
        gatheredBytes += chunk.byteLength;
        if (gatheredBytes < writeBytes) continue;
        await writing;
        uncheckedBytes += gatheredBytes;
        if (uncheckedBytes >= freeCheckBytes) {
          uncheckedBytes = 0;
          this.#requireFree();
        }
        writing = writeAll(handle, gathered, gatheredBytes);
        // Its failure is met by the next `await writing`; until then it must not count as unhandled.
        writing.catch(() => {});
        gathered = [];
        gatheredBytes = 0;
      }
      await writing;
      await writeAll(handle, gathered, gatheredBytes);
      return { sha256: hash.digest('hex'), size };
    } finally {
      await writing.catch(() => {});
      await handle.close();
    }
  }

  #requireFree(): void {
    const { bavail, bsize } = statfsSync(this.#folder);
    if (bavail * bsize < this.#limits.freeBytes) throw diskFull();
  }
}

/** Mostly it has become a blob: to see that takes microseconds, to ask another thread for it far longer. */
async function removeIfThere(file: string): Promise<void> {
  if (existsSync(file)) await rm(file, { force: true });
}

async function writeAll(handle: FileHandle, chunks: Uint8Array[], bytes: number): Promise<void> {
  if (bytes === 0) return;
  const { bytesWritten } = await handle.writev(chunks);
  if (bytesWritten === bytes) return;
  // A short write is rare (a nearly full disk); the rest goes by plain writes, which say why.
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  for (let done = 0; done < rest.length; ) done += (await handle.write(rest, done)).bytesWritten;
}

function tooManyStrangers(): CoreError {
  return new CoreError(
    'rate-limited',
    'Too many uploads without credentials are under way. Try again later.',
  );
}

function diskFull(cause?: unknown): CoreError {
  return new CoreError('unavailable', "The server's disk is full.", { cause });
}

/** ENOSPC and EDQUOT mean a full disk; everything else stays what it is. */
export function diskError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' ? diskFull(error) : error;
}
