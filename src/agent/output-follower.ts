import { fstatSync, ftruncateSync, readSync } from 'node:fs';
import type { Masker } from './masker.ts';
import type { OutputWriter } from './output-writer.ts';

/** How much of a stream is worth passing on when a step writes faster than it can be sent. */
export const tailBytes = 1_048_576;
const slackBytes = 262_144;
/** An output file is emptied when it has grown to this, so that endless output cannot fill the disk. */
const fileBytes = 32 * 1_048_576;
const chunkBytes = 65_536;

/**
 * Follows a file that a step writes its output to (in append mode), and passes new bytes on, masked. A step that
 * writes faster than the server takes it is cut to its last MiB; offsets tell what is missing.
 */
export class OutputFollower {
  readonly #handle: number;
  readonly #masker: Masker;
  readonly #writer: OutputWriter;
  /** Bytes that were read before the file was emptied and are not passed on yet; they stand before the file's. */
  #carry: Buffer = Buffer.alloc(0);
  #position = 0;
  /** Set after a cut: so many bytes of the next chunk are context only. */
  #context: number | undefined;

  constructor(handle: number, masker: Masker, writer: OutputWriter) {
    this.#handle = handle;
    this.#masker = masker;
    this.#writer = writer;
  }

  /** Passes on what is new; with `hasRoom` false only guards the disk. Returns how many bytes the step has written since. */
  follow(hasRoom: boolean): number {
    const size = this.#size();
    const grown = size - this.#position;
    if (hasRoom) this.#passOn(size, tailBytes);
    if (size >= fileBytes) this.#empty();
    return grown;
  }

  /** Passes on the last `tail` bytes of what is left; the step writes no more. */
  finish(tail: number): void {
    this.#passOn(this.#size(), tail);
    this.#writer.write(this.#masker.end());
  }

  #size(): number {
    const { size } = fstatSync(this.#handle);
    // A script that opens /dev/stdout anew with `>` empties the file: what stands in it now is all new.
    if (size < this.#position) this.#position = 0;
    return size;
  }

  #passOn(size: number, tail: number): void {
    this.#cutTo(tail, size);
    for (let chunk = this.#next(size); chunk; chunk = this.#next(size)) {
      if (this.#context === undefined) {
        this.#writer.write(this.#masker.push(chunk));
        continue;
      }
      let context = this.#context;
      // Begin with a whole letter of UTF-8.
      for (let step = 0; step < 3 && ((chunk[context] ?? 0) & 0xc0) === 0x80; step += 1) context += 1;
      this.#writer.skip(context - this.#context);
      this.#context = undefined;
      this.#writer.write(this.#masker.restart(chunk, context));
    }
  }

  #next(size: number): Buffer | undefined {
    // Behind a cut the first chunk must hold the whole context.
    const most = chunkBytes + (this.#context ?? 0);
    if (this.#carry.length > 0) {
      const chunk = this.#carry.subarray(0, most);
      this.#carry = this.#carry.subarray(chunk.length);
      return chunk;
    }
    const chunk = this.#read(this.#position, Math.min(most, size - this.#position));
    this.#position += chunk.length;
    return chunk.length > 0 ? chunk : undefined;
  }

  /** Leaves out all but the last `tail` bytes, when more than a little would be left out. */
  #cutTo(tail: number, size: number): void {
    const waiting = this.#carry.length + size - this.#position;
    const cut = waiting - tail;
    if (cut <= slackBytes + this.#masker.longest) return;
    const context = Math.max(0, this.#masker.longest - 1);
    const dropped = cut - context;
    const fromCarry = Math.min(dropped, this.#carry.length);
    this.#carry = this.#carry.subarray(fromCarry);
    this.#position += dropped - fromCarry;
    this.#writer.skip(cut + (this.#context === undefined ? this.#masker.heldBytes : -this.#context));
    this.#context = context;
  }

  #empty(): void {
    const size = this.#size();
    this.#cutTo(tailBytes, size);
    this.#carry = Buffer.concat([this.#carry, this.#read(this.#position, size - this.#position)]);
    // What the step writes between the read and this call is lost: a few microseconds of an endless stream.
    ftruncateSync(this.#handle, 0);
    this.#position = 0;
  }

  #read(position: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.max(0, length));
    let read = 0;
    while (read < bytes.length) {
      const got = readSync(this.#handle, bytes, read, bytes.length - read, position + read);
      if (got === 0) break;
      read += got;
    }
    return bytes.subarray(0, read);
  }
}
