import { createReadStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { OutputStream, OutputTail } from '../engine.ts';
import { appendToStream, keptRange, openStream, placeInFile } from './stream-file.ts';

/** One stream of one step run of a rollout. */
export interface StreamName {
  readonly rolloutId: string;
  readonly hostRun: number;
  readonly step: number;
  readonly stream: OutputStream;
}

/** The append files of live rollouts: a folder for each rollout, a file for each stream that wrote something. */
export class OutputFiles {
  readonly #folder: string;
  /** Pieces of one stream are written one after another. */
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #followers = new Map<string, Set<() => void>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  folder(rolloutId: string): string {
    return join(this.#folder, rolloutId);
  }

  /** The rollouts that have append files. */
  async rollouts(): Promise<string[]> {
    return readdir(this.#folder).catch(() => []);
  }

  async remove(rolloutId: string): Promise<void> {
    await rm(this.folder(rolloutId), { recursive: true, force: true });
  }

  /** Stores a piece; returns the length of the stream so far. */
  async append(
    name: StreamName,
    offset: number,
    bytes: Uint8Array,
    masked: readonly Uint8Array[],
  ): Promise<number> {
    const file = this.#file(name);
    const before = this.#tails.get(file) ?? Promise.resolve();
    const mine = before.then(() => appendToStream(file, offset, bytes, masked));
    const settled = mine.catch(() => undefined);
    this.#tails.set(file, settled);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(file) === settled) this.#tails.delete(file);
      for (const wake of this.#followers.get(file) ?? []) wake();
    }
  }

  /** The length of the stream so far, cut bytes included; 0 when nothing was written. */
  async length(name: StreamName): Promise<number> {
    const handle = await openStream(this.#file(name));
    if (!handle) return 0;
    try {
      const { offset, size } = await keptRange(handle);
      return offset + size;
    } finally {
      await handle.close();
    }
  }

  /** The kept tail from `from` on; undefined when nothing was written. */
  async tail(name: StreamName, from = 0): Promise<OutputTail | undefined> {
    const file = this.#file(name);
    const handle = await openStream(file);
    if (!handle) return undefined;
    try {
      const kept = await keptRange(handle);
      const end = kept.offset + kept.size;
      const offset = Math.min(end, Math.max(from, kept.offset));
      return { offset, size: end - offset, open: () => this.#open(file, offset, end) };
    } finally {
      await handle.close();
    }
  }

  /** Calls `wake` after each piece that this process stores. */
  follow(name: StreamName, wake: () => void): () => void {
    const file = this.#file(name);
    const followers = this.#followers.get(file) ?? new Set();
    this.#followers.set(file, followers.add(wake));
    return () => {
      followers.delete(wake);
      if (followers.size === 0 && this.#followers.get(file) === followers) this.#followers.delete(file);
    };
  }

  /** The bytes from `offset` to `end`; fewer when they were cut between saying what is kept and reading it. */
  #open(file: string, offset: number, end: number): Readable {
    const read = async function* () {
      const handle = await openStream(file);
      if (!handle || offset === end) {
        await handle?.close();
        return;
      }
      const kept = await keptRange(handle);
      const first = Math.max(offset, kept.offset);
      const place = await placeInFile(handle, first);
      yield* createReadStream('', { fd: handle, start: place, end: place + (end - first) - 1 });
    };
    return Readable.from(read(), { objectMode: false });
  }

  #file({ rolloutId, hostRun, step, stream }: StreamName): string {
    return join(this.folder(rolloutId), `${hostRun}-${step}-${stream}`);
  }
}
