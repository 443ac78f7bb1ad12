import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { trailerText } from './trailers.ts';

/** How long a backend is waited for that does not know `Expect: 100-continue`, in milliseconds (RFC 9110 10.1.1). */
const consentMilliseconds = 1_000;

/** A request's body on its way to the backend, no faster than that takes it. */
export class RequestBody {
  readonly #request: IncomingMessage;
  readonly #socket: Socket;
  readonly #isChunked: boolean;
  #consent: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** All of it was sent. */
  isComplete = false;

  constructor(request: IncomingMessage, socket: Socket, isChunked: boolean) {
    this.#request = request;
    this.#socket = socket;
    this.#isChunked = isChunked;
  }

  /** The client has not been told to send it yet. */
  get isWaiting(): boolean {
    return this.#consent !== undefined;
  }

  /** Begins only when the backend consents, or says nothing for a second; then `tell` tells the client. */
  waitForConsent(tell: () => void): void {
    this.#consent = tell;
    this.#timer = setTimeout(() => this.consent(), consentMilliseconds);
  }

  consent(): void {
    const tell = this.#consent;
    if (!tell) return;
    clearTimeout(this.#timer);
    this.#consent = undefined;
    tell();
    this.flow();
  }

  flow(): void {
    this.#request.on('data', this.#pass);
    this.#request.on('end', this.#end);
  }

  /** The backend takes more. */
  resume(): void {
    if (!this.isWaiting) this.#request.resume();
  }

  /** What still comes goes nowhere. */
  detach(): void {
    clearTimeout(this.#timer);
    this.#request.off('data', this.#pass);
    this.#request.off('end', this.#end);
    if (!this.isWaiting) this.#request.resume();
  }

  readonly #pass = (part: Buffer): void => {
    const socket = this.#socket;
    let goesOn: boolean;
    if (this.#isChunked) {
      socket.cork();
      socket.write(`${part.length.toString(16)}\r\n`, 'latin1');
      socket.write(part);
      goesOn = socket.write('\r\n', 'latin1');
      socket.uncork();
    } else goesOn = socket.write(part);
    if (!goesOn) this.#request.pause();
  };

  readonly #end = (): void => {
    this.isComplete = true;
    if (this.#isChunked) this.#socket.write(`0\r\n${trailerText(this.#request.rawTrailers)}\r\n`, 'latin1');
  };
}
