import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { entries } from './entries.ts';
import { isSha256 } from './sha256.ts';

/** The folder's name beside the folders of flushed blobs, which have two characters. */
const folderName = 'unflushed';
/** So many names are remembered, some 10 MB; a forgotten one is hashed again. */
const mostTrusted = 50_000;

/**
 * Blobs that may be lost, as files `<folder>/unflushed/ab/abcd…` that nobody flushed; the system writes them to the disk
 * when it likes. After a loss of power such a file may be short or full of zeros, so one that this process has not put
 * itself is hashed before anything is read of it, and counts as missing when it is not what its name says. The flushed
 * blobs lie elsewhere: bytes that must be durable are never taken for there because of a file here.
 */
export class UnflushedBlobs {
  readonly #folder: string;
  /** Put or hashed by this process: while it runs, the machine has not lost its power. */
  readonly #trusted = new Set<string>();

  constructor(blobFolder: string) {
    this.#folder = join(blobFolder, folderName);
  }

  /**
   * Moves a complete local file in, over whatever lies there, and says whether it could: not from another disk. It takes
   * some 50 µs on the spot, less than one way to another thread and back.
   */
  take(sha256: string, file: string): boolean {
    const target = this.#place(sha256);
    try {
      if (!existsSync(dirname(target))) mkdirSync(dirname(target), { recursive: true });
      renameSync(file, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EXDEV') return false;
      throw error;
    }
    this.#trust(sha256);
    return true;
  }

  /** The file of a blob that is known to be whole. */
  known(sha256: string): string | undefined {
    const file = this.#trusted.has(sha256) ? this.#place(sha256) : undefined;
    return file !== undefined && existsSync(file) ? file : undefined;
  }

  /** The file of a blob, once it was found to be whole; undefined where there is none, or a broken one. */
  async find(sha256: string): Promise<string | undefined> {
    const known = this.known(sha256);
    if (known !== undefined) return known;
    const file = this.#place(sha256);
    if (!existsSync(file) || (await hashOf(file)) !== sha256) return undefined;
    this.#trust(sha256);
    return file;
  }

  async remove(sha256: string): Promise<void> {
    this.#trusted.delete(sha256);
    await rm(this.#place(sha256), { force: true });
  }

  /** The names of all, and their files. */
  async *all(): AsyncIterable<{ sha256: string; file: string }> {
    for (const { name: first } of await entries(this.#folder)) {
      for (const { name } of await entries(join(this.#folder, first)))
        if (isSha256(name)) yield { sha256: name, file: this.#place(name) };
    }
  }

  #place(sha256: string): string {
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }

  #trust(sha256: string): void {
    this.#trusted.add(sha256);
    if (this.#trusted.size <= mostTrusted) return;
    for (const oldest of this.#trusted) {
      this.#trusted.delete(oldest);
      break;
    }
  }
}

async function hashOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    // It was swept meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}
