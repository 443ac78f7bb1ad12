import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { maskBytes } from './mask.ts';

/** What is kept of each stream of each step. */
export const keptBytes = 1_048_576;

/** The file begins with the place of its first byte in the whole stream: bytes before it were cut. */
const headerBytes = 8;

/** What a stream's file holds: `[offset, offset + size)` of the whole stream. */
export interface KeptRange {
  readonly offset: number;
  readonly size: number;
}

/**
 * Appends a piece of a stream to its file and keeps the last MiB. Bytes that are there already are passed over, so a
 * piece that comes again changes nothing; a gap means that the agent cut what lies between, and what came before it is
 * cut here too. Returns the length of the stream so far.
 */
export async function appendToStream(
  file: string,
  offset: number,
  bytes: Uint8Array,
  masked: readonly Uint8Array[],
): Promise<number> {
  let handle = await openOrMake(file);
  try {
    const known = await rangeOf(handle);
    let range = known ?? nothing;
    let end = range.offset + range.size;
    if (!known || offset > end) {
      await handle.truncate(headerBytes);
      await writeHeader(handle, offset);
      range = { offset, size: 0 };
      end = offset;
    }
    const fresh = bytes.subarray(Math.min(bytes.length, end - offset));
    if (fresh.length === 0) return end;
    await writeMasked(handle, range, fresh, masked);
    end += fresh.length;
    if (end - range.offset > 2 * keptBytes) handle = await compact(file, handle, end);
    return end;
  } finally {
    await handle.close();
  }
}

/** What the file holds, at most the last MiB; undefined when there is no such file. */
export async function keptRange(handle: FileHandle): Promise<KeptRange> {
  const { offset, size } = (await rangeOf(handle)) ?? nothing;
  const cut = Math.max(0, size - keptBytes);
  return { offset: offset + cut, size: size - cut };
}

/** Where the byte at `offset` of the stream stands in the file. */
export async function placeInFile(handle: FileHandle, offset: number): Promise<number> {
  const { offset: first } = (await rangeOf(handle)) ?? nothing;
  return headerBytes + offset - first;
}

/** Opens a stream's file for reading; undefined when nothing was written. */
export async function openStream(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function openOrMake(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await mkdir(dirname(file), { recursive: true });
  return open(file, 'w+');
}

const nothing: KeptRange = { offset: 0, size: 0 };

/** Undefined while the file has no whole header: it is being made, or was when the machine stopped. */
async function rangeOf(handle: FileHandle): Promise<KeptRange | undefined> {
  const header = Buffer.alloc(headerBytes);
  const { bytesRead } = await handle.read(header, 0, headerBytes, 0);
  const { size } = await handle.stat();
  if (bytesRead < headerBytes) return undefined;
  return { offset: Number(header.readBigUInt64LE()), size: size - headerBytes };
}

async function writeHeader(handle: FileHandle, offset: number): Promise<void> {
  const header = Buffer.alloc(headerBytes);
  header.writeBigUInt64LE(BigInt(offset));
  await handle.write(header, 0, headerBytes, 0);
}

/** A masked value may begin in what was stored before and end in the new bytes: both are looked at together. */
async function writeMasked(
  handle: FileHandle,
  range: KeptRange,
  fresh: Uint8Array,
  masked: readonly Uint8Array[],
): Promise<void> {
  const longest = Math.max(0, ...masked.map((value) => value.length));
  const before = Math.min(range.size, Math.max(0, longest - 1));
  const place = headerBytes + range.size - before;
  const bytes = Buffer.alloc(before + fresh.length);
  if (before > 0) await handle.read(bytes, 0, before, place);
  bytes.set(fresh, before);
  maskBytes(bytes, masked);
  await handle.write(bytes, 0, bytes.length, place);
}

/** Replaces the file by one with the last MiB, so that an endless output doesn't fill the disk. */
async function compact(file: string, handle: FileHandle, end: number): Promise<FileHandle> {
  const tail = Buffer.alloc(keptBytes);
  const { size } = await handle.stat();
  await handle.read(tail, 0, keptBytes, size - keptBytes);
  const fresh = await open(`${file}.new`, 'w+');
  try {
    await writeHeader(fresh, end - keptBytes);
    await fresh.write(tail, 0, keptBytes, headerBytes);
    await rename(`${file}.new`, file);
  } catch (error) {
    await fresh.close();
    await rm(`${file}.new`, { force: true });
    throw error;
  }
  await handle.close();
  return fresh;
}
