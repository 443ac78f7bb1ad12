import { BadMessage } from '../message/bad-message.ts';
import { ChunkReader } from '../message/chunk-reader.ts';
import { type ResponseHead, readResponseHead } from '../message/response-head.ts';

/** What a reader tells of one answer, in this order: interim heads, the head, parts of the body, its end. */
export interface ResponseListener {
  /** An answer before the answer (status 100 to 199, but not 101). */
  interim(head: ResponseHead): void;
  head(head: ResponseHead): void;
  /** A part of the body, which is read again after the call: what stays of it has to be copied. */
  body(part: Buffer): void;
  /** The answer is complete. `trailers` are lines without their ends. */
  end(trailers: readonly string[]): void;
}

/** The largest head of an answer, and of its trailers: 64 KiB. */
export const longestHead = 65_536;
const endOfHead = Buffer.from('\r\n\r\n');

/** Reads one answer out of the bytes of a connection, however they are cut. */
export class ResponseReader {
  readonly #method: string;
  readonly #listener: ResponseListener;
  #head: ResponseHead | undefined;
  #unread: Buffer | undefined;
  #left = 0;
  #chunks: ChunkReader | undefined;
  /** The answer has ended; bytes beyond it are no one's. */
  isEnded = false;

  constructor(method: string, listener: ResponseListener) {
    this.#method = method;
    this.#listener = listener;
  }

  /** The final head has been read. */
  get hasHead(): boolean {
    return this.#head !== undefined;
  }

  /**
   * Takes the next bytes and returns those behind the end of the answer, or of the head of an answer that changes the
   * protocol. Throws BadMessage.
   */
  read(bytes: Buffer): Buffer | undefined {
    let rest: Buffer | undefined = bytes;
    while (!this.#head) {
      rest = this.#readHead(rest);
      if (!rest) return undefined;
    }
    if (this.isEnded) return rest.length > 0 ? rest : undefined;
    return rest.length > 0 ? this.#readBody(rest) : undefined;
  }

  /** The backend has closed its side. Throws BadMessage when the answer was not complete. */
  close(): void {
    if (this.isEnded) return;
    const framing = this.#head?.framing;
    if (!framing || !('kind' in framing) || framing.kind !== 'until-close') {
      throw new BadMessage('the connection ended in the middle of it');
    }
    this.#end([]);
  }

  #readHead(bytes: Buffer): Buffer | undefined {
    const all = this.#unread ? Buffer.concat([this.#unread, bytes]) : bytes;
    const at = all.indexOf(endOfHead);
    if (at < 0 ? all.length > longestHead : at > longestHead) {
      throw new BadMessage(`its head is longer than ${longestHead} bytes`);
    }
    // The bytes of a read are of use only until the next one.
    this.#unread = at < 0 ? Buffer.from(all) : undefined;
    if (at < 0) return undefined;
    const head = readResponseHead(all.toString('latin1', 0, at + 2), this.#method);
    const rest = all.subarray(at + 4);
    if (head.status < 200 && head.status !== 101) {
      this.#listener.interim(head);
      return rest.length > 0 ? rest : undefined;
    }
    this.#head = head;
    this.#listener.head(head);
    if ('length' in head.framing) {
      this.#left = head.framing.length;
      if (this.#left === 0) this.#end([]);
    } else if (head.framing.kind === 'none') this.#end([]);
    else if (head.framing.kind === 'chunked') this.#chunks = new ChunkReader();
    return rest;
  }

  #readBody(bytes: Buffer): Buffer | undefined {
    if (this.#chunks) return this.#readChunks(this.#chunks, bytes);
    const { framing } = this.#head as ResponseHead;
    if ('kind' in framing) {
      this.#listener.body(bytes);
      return undefined;
    }
    const part = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes;
    this.#left -= part.length;
    this.#listener.body(part);
    if (this.#left > 0) return undefined;
    this.#end([]);
    return part.length < bytes.length ? bytes.subarray(part.length) : undefined;
  }

  #readChunks(chunks: ChunkReader, bytes: Buffer): Buffer | undefined {
    const rest = chunks.read(bytes, (part) => this.#listener.body(part));
    if (!chunks.isEnded) return undefined;
    this.#end(chunks.trailers);
    return rest && rest.length > 0 ? rest : undefined;
  }

  #end(trailers: readonly string[]): void {
    this.isEnded = true;
    this.#listener.end(trailers);
  }
}
