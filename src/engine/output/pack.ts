import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BlobStore } from '../../storage/index.ts';
import type { OutputTail } from '../engine.ts';
import { keptRange, placeInFile } from './stream-file.ts';

/**
 * After its end the output of a rollout becomes one blob: eight bytes with the length of the index, the index as JSON,
 * then all streams. One blob, because a blob costs two fsyncs and a rollout may have thousands of streams.
 */
export interface PackIndex {
  /** By file name (`<host run>-<step>-<stream>`): where the stream begins in the data, the kept range of the stream. */
  readonly [stream: string]: { readonly at: number; readonly offset: number; readonly size: number };
}

const lengthBytes = 8;

/** Whether a file of the folder is a stream, not the rest of an interrupted replacement. */
function isStream(name: string): boolean {
  return /^\d+-\d+-(stdout|stderr)$/.test(name);
}

/** The bytes of the pack of a folder of append files; undefined when the folder is absent or empty. */
export async function packFolder(folder: string): Promise<AsyncIterable<Uint8Array> | undefined> {
  const names = (await readdir(folder).catch(() => [])).filter(isStream).sort();
  if (names.length === 0) return undefined;
  const index: Record<string, PackIndex[string]> = {};
  let at = 0;
  for (const name of names) {
    const handle = await open(join(folder, name), 'r');
    try {
      const { offset, size } = await keptRange(handle);
      index[name] = { at, offset, size };
      at += size;
    } finally {
      await handle.close();
    }
  }
  return packBytes(folder, index);
}

async function* packBytes(folder: string, index: PackIndex): AsyncGenerator<Uint8Array> {
  const head = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(lengthBytes);
  length.writeBigUInt64LE(BigInt(head.length));
  yield length;
  yield head;
  for (const [name, { offset, size }] of Object.entries(index)) {
    const handle = await open(join(folder, name), 'r');
    try {
      const bytes = Buffer.alloc(size);
      await handle.read(bytes, 0, size, await placeInFile(handle, offset));
      yield bytes;
    } finally {
      await handle.close();
    }
  }
}

/** Finds one stream in a pack. */
export async function tailInPack(
  blobs: BlobStore,
  sha256: string,
  name: string,
  from = 0,
): Promise<OutputTail | undefined> {
  const length = Number(
    (await buffer(await blobs.open(sha256, { start: 0, end: lengthBytes - 1 }))).readBigUInt64LE(),
  );
  const dataAt = lengthBytes + length;
  const head = await buffer(await blobs.open(sha256, { start: lengthBytes, end: dataAt - 1 }));
  const entry = (JSON.parse(head.toString()) as PackIndex)[name];
  if (!entry) return undefined;
  const end = entry.offset + entry.size;
  const offset = Math.min(end, Math.max(from, entry.offset));
  const start = dataAt + entry.at + (offset - entry.offset);
  return { offset, size: end - offset, open: () => lazily(blobs, sha256, start, end - offset) };
}

/** `OutputTail.open` answers a stream at once; the blob is opened when somebody reads. */
function lazily(blobs: BlobStore, sha256: string, start: number, size: number): Readable {
  const read = async function* () {
    if (size > 0) yield* await blobs.open(sha256, { start, end: start + size - 1 });
  };
  return Readable.from(read(), { objectMode: false });
}
