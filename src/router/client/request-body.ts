import { type BodyFraming, framings } from '../message/body-framing.ts';
import { ChunkReader } from '../message/chunk-reader.ts';
import { trailerLines } from '../message/trailers.ts';

/** How long a backend is waited for that does not know `Expect: 100-continue`, in milliseconds (RFC 9110 10.1.1). */
const consentMilliseconds = 1_000;

/** Chunks up to this many bytes are gathered: ten thousand of a byte each in one read would be as many writes. */
const smallPart = 8_192;

/** Where a body goes. */
export interface BodyTarget {
  /** Bytes have to be copied. False when it has to be waited for before more is written. */
  write(part: string | Buffer): boolean;
}

/** The connection that a body comes from. */
export interface BodySource {
  /** More of the body is wanted. */
  goOn(): void;
}

/** A request's body on its way to the backend, no faster than that takes it. */
export class RequestBody {
  readonly #source: BodySource;
  readonly #chunks: ChunkReader | undefined;
  #left: number;
  #target: BodyTarget | undefined;
  #isDiscarded = false;
  #isFull = false;
  #consent: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** All of it has come. */
  isComplete = false;

  /** `framing`: in chunks or of a length above 0. */
  constructor(source: BodySource, framing: BodyFraming) {
    this.#source = source;
    this.#chunks = framing === framings.chunked ? new ChunkReader() : undefined;
    this.#left = 'length' in framing ? framing.length : 0;
  }

  /** The client has not been told to send it yet. */
  get isWaiting(): boolean {
    return this.#consent !== undefined;
  }

  /** What comes is taken now. */
  get isTaken(): boolean {
    return this.#isDiscarded || (this.#target !== undefined && !this.#isFull);
  }

  /** The backend is waited for to take more. */
  get isHeldUp(): boolean {
    return this.#isFull;
  }

  /** Takes what has come of it and returns what is behind its end. Throws BadMessage. */
  read(bytes: Buffer): Buffer | undefined {
    const rest = this.#chunks ? this.#readChunks(this.#chunks, bytes) : this.#readLength(bytes);
    return rest && rest.length > 0 ? rest : undefined;
  }

  /** Begins only when the backend consents, or says nothing for a second; then `tell` tells the client. */
  waitForConsent(target: BodyTarget, tell: () => void): void {
    this.#consent = () => {
      tell();
      this.flow(target);
    };
    this.#timer = setTimeout(() => this.consent(), consentMilliseconds);
  }

  consent(): void {
    const goOn = this.#consent;
    clearTimeout(this.#timer);
    this.#consent = undefined;
    goOn?.();
  }

  flow(target: BodyTarget): void {
    this.#target = target;
    this.#source.goOn();
  }

  /** The backend takes more. */
  resume(): void {
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#source.goOn();
  }

  /** What still comes goes nowhere. */
  discard(): void {
    if (this.isComplete) return;
    clearTimeout(this.#timer);
    this.#consent = undefined;
    this.#target = undefined;
    this.#isDiscarded = true;
    this.#source.goOn();
  }

  #readLength(bytes: Buffer): Buffer | undefined {
    const part = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes;
    this.#left -= part.length;
    this.isComplete = this.#left === 0;
    if (this.#target && !this.#target.write(part)) this.#isFull = true;
    return part.length < bytes.length ? bytes.subarray(part.length) : undefined;
  }

  #readChunks(chunks: ChunkReader, bytes: Buffer): Buffer | undefined {
    const target = this.#target;
    let held = '';
    const rest = chunks.read(bytes, (part) => {
      if (!target) return;
      held += `${part.length.toString(16)}\r\n`;
      if (part.length <= smallPart) held += part.toString('latin1');
      else {
        target.write(held);
        target.write(part);
        held = '';
      }
      held += '\r\n';
    });
    this.isComplete = chunks.isEnded;
    if (this.isComplete) held += `0\r\n${trailerLines(chunks.trailers)}\r\n`;
    if (target && held !== '' && !target.write(held)) this.#isFull = true;
    return rest;
  }
}
