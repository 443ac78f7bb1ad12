import type { BlobStore } from '../storage/index.ts';
import type { BlobSource } from './send-blob.ts';

/** Small blobs in memory. */
export interface SmallBlobs extends BlobSource {
  /** Keeps the bytes of a blob that somebody has in hand. */
  keep(sha256: string, bytes: Buffer): void;
}

/** What an entry costs besides its bytes, measured: without it a million pictures of 70 bytes would take 800 MB. */
const entryBytes = 1024;

/**
 * Small blobs that were asked for stay in memory, which takes `totalBytes` at most, and the ones that were asked for longest
 * ago go first. Their bytes never change, so nothing has to be forgotten. Use it for blobs that are much smaller than that.
 */
export function keepSmallBlobs(blobs: Pick<BlobStore, 'bytes'>, totalBytes: number): SmallBlobs {
  const kept = new Map<string, Buffer>();
  let bytes = 0;

  function keep(sha256: string, read: Buffer): void {
    if (!kept.has(sha256)) bytes += read.length + entryBytes;
    kept.set(sha256, read);
    for (const [oldest, { length }] of kept) {
      if (bytes <= totalBytes) break;
      kept.delete(oldest);
      bytes -= length + entryBytes;
    }
  }

  async function whole(sha256: string): Promise<Buffer> {
    const there = kept.get(sha256);
    if (there) {
      // Behind all others: the first of the map is the one that was asked for longest ago.
      kept.delete(sha256);
      kept.set(sha256, there);
      return there;
    }
    const read = await blobs.bytes(sha256);
    keep(sha256, read);
    return read;
  }

  return {
    keep,
    async open(sha256, range) {
      const all = await whole(sha256);
      return range ? all.subarray(range.start, range.end + 1) : all;
    },
  };
}
