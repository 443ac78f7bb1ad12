import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { writeAtEndOfTurn } from '../end-of-turn.ts';
import { framings } from '../message/body-framing.ts';
import type { AskedHead } from '../message/request-head.ts';
import type { ResponseHead } from '../message/response-head.ts';
import { trailerLines } from '../message/trailers.ts';
import { httpDate } from './http-date.ts';

/** Parts up to this many bytes leave as text in one piece with what is around them, which is one system call. */
const smallPart = 8_192;
// HTTP/1.1 keeps connections open unless it says otherwise; HTTP/1.0 has to be told.
const keptOpen = '\r\n';
const keptOpenOld = 'Connection: keep-alive\r\n\r\n';
const closed = 'Connection: close\r\n\r\n';

/** The connection that an answer goes to. */
export interface AnswerTarget {
  readonly socket: Socket;
  /** The connection may be used again after this answer, as far as the request and the router are concerned. */
  readonly mayBeKept: boolean;
  /** The answer has been written to its end. */
  answered(isKept: boolean): void;
}

/** One answer on its way to a client, framed as that understands it. What is written is held until `flush`. */
export class Answer {
  readonly #target: AnswerTarget;
  readonly #asked: Pick<AskedHead, 'method' | 'isOld'>;
  #held = '';
  #isChunked = false;
  #endsWithConnection = false;
  #isKept = false;
  #isEnded = false;
  /** The client may have seen its head. */
  hasBegun = false;

  constructor(target: AnswerTarget, asked: Pick<AskedHead, 'method' | 'isOld'>) {
    this.#target = target;
    this.#asked = asked;
  }

  /** Tells the client to send its body. */
  tellToGoOn(): void {
    this.#target.socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
  }

  /** An answer before the answer, as the backend made it: clients of HTTP/1.0 know none. */
  interim({ status, reason, lines }: ResponseHead): void {
    if (!this.#asked.isOld) this.#held += `HTTP/1.1 ${status} ${reason}\r\n${lines}\r\n`;
  }

  /** The answer of a backend begins. With `mustClose` nobody could tell where the client's next request begins. */
  begin(head: ResponseHead, mustClose: boolean): void {
    const { status, reason, lines, trailer, hasDate, framing } = head;
    const hasOpenEnd = framing === framings.chunked || framing === framings['until-close'];
    this.hasBegun = true;
    this.#isChunked = hasOpenEnd && !this.#asked.isOld;
    this.#endsWithConnection = hasOpenEnd && !this.#isChunked;
    this.#isKept = !mustClose && this.#target.mayBeKept && !this.#endsWithConnection;
    this.#held += `HTTP/1.1 ${status} ${reason}\r\n${lines}`;
    if (!hasDate) this.#held += `Date: ${httpDate()}\r\n`;
    // Trailers come behind the last chunk: where there are no chunks, none can be announced.
    if (this.#isChunked && trailer !== undefined) this.#held += `Trailer: ${trailer}\r\n`;
    if (this.#isChunked) this.#held += 'Transfer-Encoding: chunked\r\n';
    this.#held += this.#lastLines;
  }

  /** The next part of the body. It is copied where it does not leave at once. */
  body(part: Buffer): void {
    if (part.length <= smallPart) {
      const text = part.toString('latin1');
      this.#held += this.#isChunked ? `${part.length.toString(16)}\r\n${text}\r\n` : text;
      return;
    }
    if (this.#isChunked) this.#held += `${part.length.toString(16)}\r\n`;
    this.flush();
    this.#target.socket.write(Buffer.from(part));
    if (this.#isChunked) this.#held = '\r\n';
  }

  /** The body is complete. `trailers` are lines without their ends. */
  end(trailers: readonly string[]): void {
    this.#isEnded = true;
    if (this.#isChunked) this.#held += `0\r\n${trailerLines(trailers)}\r\n`;
  }

  /** Writes what was held, and tells the connection when that was the end. False when the client has to be waited for. */
  flush(): boolean {
    const { socket } = this.#target;
    if (this.#held !== '') {
      writeAtEndOfTurn(socket);
      socket.write(this.#held, 'latin1');
      this.#held = '';
    }
    if (this.#isEnded) this.#target.answered(this.#isKept);
    return !socket.writableNeedDrain;
  }

  /** Answers a line of plain text of this router's own; breaks off an answer that has begun, as it cannot be taken back. */
  plain(status: number, text: string, mustClose = false): void {
    if (this.hasBegun) {
      this.#breakOff();
      return;
    }
    this.hasBegun = true;
    this.#isKept = !mustClose && this.#target.mayBeKept;
    this.#held = plainAnswer(status, text, this.#lastLines, this.#asked.method);
    this.end([]);
    this.flush();
  }

  /** The end of a head, which says what becomes of the connection. */
  get #lastLines(): string {
    if (!this.#isKept) return closed;
    return this.#asked.isOld ? keptOpenOld : keptOpen;
  }

  /** The client sees that it is not all: where its end is that of the connection, only by a reset. */
  #breakOff(): void {
    const { socket } = this.#target;
    if (this.#endsWithConnection) socket.resetAndDestroy();
    else socket.destroy();
  }
}

/** A line of plain text as an answer that ends its connection. */
export function lastAnswer(status: number, text: string): string {
  return plainAnswer(status, text, closed, 'GET');
}

function plainAnswer(status: number, text: string, connection: string, method: string): string {
  // As bytes of UTF-8, each a character: the whole is written as Latin-1.
  const body = Buffer.from(text).toString('latin1');
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\nX-Content-Type-Options: nosniff\r\nDate: ${httpDate()}\r\n${connection}`;
  return method === 'HEAD' ? head : head + body;
}
