import type { Readable } from 'node:stream';
import type { Unit, WriteOptions } from '../database/storage.ts';

/** Immutable bytes, named by the lower-case hex of their sha-256. */
export interface Blob {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Bytes that came in completely but are not kept yet. Exactly one of `keep`, `keepWith` and `discard` is called. */
export interface SpooledBlob extends Blob {
  /** A local file with the bytes, for looking into before keeping. */
  readonly file: string;
  /** Makes the bytes durable. They are swept after a grace time unless a row retains them. */
  keep(): Promise<Blob>;
  /**
   * As `keep`, but counted in the unit whose rows retain it: one commit instead of two. When the unit throws, the bytes
   * are left to the sweep. They are on the disk before the unit begins; where the unit `mayBeLost` they are only there to
   * be read, and after a loss of power they may be missing, never wrong.
   */
  keepWith<Result>(unit: (unit: Unit) => Promise<Result>, options?: WriteOptions): Promise<Result>;
  discard(): Promise<void>;
}

/** A spooled blob that was read on the way. */
export interface AdoptedBlob extends SpooledBlob {
  /** All of its bytes, where they are few (`fewBytes`). */
  readonly bytes: Buffer | undefined;
}

/** Blobs of so many bytes are read at once, larger ones in pieces. */
export const fewBytes = 1024 * 1024;

/** Where bytes live (a directory or S3), one contract and one suite. */
export interface BlobObjects {
  /**
   * Moves a complete local file in, durably; a blob that is there already is left as it is, with its age renewed. One that
   * `mayBeLost` may be put without a flush: after a loss of power it is missing then, or whole.
   */
  put(blob: Blob, file: string, options?: WriteOptions): Promise<void>;
  /** Streams `[start, end]` (inclusive bytes) or all of it; throws `not-found`. */
  open(sha256: string, range?: { start: number; end: number }): Promise<Readable>;
  /** All bytes of a small blob; throws `not-found`. */
  bytes(sha256: string): Promise<Buffer>;
  size(sha256: string): Promise<number | undefined>;
  /** The file that a blob lies in, where blobs are files of this machine; throws `not-found`. */
  localFile?(sha256: string): Promise<string>;
  remove(sha256: string): Promise<void>;
  /** All blobs older than `before` (epoch milliseconds), for the sweep. */
  olderThan(before: number): AsyncIterable<string>;
}

/** How bytes may come in. */
export interface SpoolOptions {
  /** Most bytes; one more is `too-large`. */
  readonly limit: number;
  /** The caller has not proved who it is: such spools are limited together, in number and bytes. Default false. */
  readonly anonymous?: boolean;
}

/** Blobs with counted references. */
export interface BlobStore {
  /**
   * Streams bytes once through hash and temporary file; never in memory. Throws `too-large` above `limit` bytes and
   * `unavailable` when the disk is full; in both cases, and when the source breaks, no file is left. Throws
   * `rate-limited` when strangers fill the spool (`anonymous`).
   */
  spool(source: AsyncIterable<Uint8Array>, options: SpoolOptions): Promise<SpooledBlob>;
  /**
   * Takes over a local file that was just written, is complete and that nobody writes to any more, instead of copying it:
   * it is hashed where it lies, `keep` moves it and `discard` removes it. `look` sees its bytes on the way, in order.
   * Throws `unavailable` when the disk is full or the file has not `size` bytes; then it stays.
   */
  adopt(
    file: { readonly path: string; readonly size: number },
    look?: (bytes: Uint8Array) => void,
  ): Promise<AdoptedBlob>;
  open(sha256: string, range?: { start: number; end: number }): Promise<Readable>;
  /** All bytes of a small blob, for keeping them in memory; throws `not-found`. */
  bytes(sha256: string): Promise<Buffer>;
  /**
   * A local file with a blob's bytes, for a program that takes a path; it must not be written to. Without a copy where
   * blobs lie in files; else it is fetched, and `done` removes it. Throws `not-found`.
   */
  local(sha256: string): Promise<{ readonly file: string; done(): Promise<void> }>;
  /** One more row refers to the blob. Called in the unit that writes the row. */
  retain(unit: Unit, blob: Blob): Promise<void>;
  /** One row less refers to the blob; swept after the grace time when none is left. */
  release(unit: Unit, sha256: string): Promise<void>;
  /** Removes what nothing references and is older than the grace time; returns how many went. */
  sweep(): Promise<number>;
}
