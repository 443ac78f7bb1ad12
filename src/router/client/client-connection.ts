import type { Socket } from 'node:net';
import type { Deadlines, Watched } from '../deadlines.ts';
import { BadMessage, BadRequest } from '../message/bad-message.ts';
import { type BodyFraming, framings } from '../message/body-framing.ts';
import { type AskedHead, readRequestHead } from '../message/request-head.ts';
import type { Patience } from '../patience.ts';
import type { AcceptedSocket } from './accepted-socket.ts';
import { Answer, type AnswerTarget, lastAnswer } from './answer.ts';
import type { Origin } from './origin.ts';
import { type BodySource, RequestBody } from './request-body.ts';

/** What serves a request hears of the client's connection. */
export interface ClientUser {
  /** The client takes more of the answer. */
  clientDrained(): void;
  /** The connection is gone, or of no use any more, before the answer was complete. */
  clientLeft(): void;
}

/** One request of a client. */
export interface ClientRequest {
  readonly client: ClientConnection;
  readonly head: AskedHead;
  /** Undefined where it has none. */
  readonly body: RequestBody | undefined;
  readonly answer: Answer;
}

/** What a connection of a client works with. */
export interface ClientParts {
  readonly accepted: AcceptedSocket;
  readonly origin: Origin;
  readonly deadlines: Deadlines;
  readonly patience: Patience;
  /** Serves a request: its answer says when it is through. */
  readonly serve: (request: ClientRequest) => void;
  /** The connection has ended or serves something else from now on. */
  readonly gone: (connection: ClientConnection) => void;
}

/** The largest head of a request: 16 KiB, as Node has it. */
export const longestRequestHead = 16_384;
/** How long a connection waits for its next request, in milliseconds. */
const keptMilliseconds = 70_000;
/** How long a router that ends waits for the rest of a head, or for the first request of a connection, in milliseconds. */
const lastRequestMilliseconds = 3_000;
/** How long a client that ended its side is taken for one that waits for an answer, in milliseconds. */
const halfCloseMilliseconds = 1_000;
const endOfHead = Buffer.from('\r\n\r\n');
const lineFeed = 10;
const carriageReturn = 13;

/** One connection of a client: reads one request after another, each when the one before it has been answered. */
export class ClientConnection implements Watched, AnswerTarget, BodySource {
  readonly socket: Socket;
  readonly origin: Origin;
  readonly #parts: ClientParts;
  /** What has come and is not read yet. */
  #unread: Buffer | undefined;
  #request: ClientRequest | undefined;
  #body: RequestBody | undefined;
  #user: ClientUser | undefined;
  #isAdvancing = false;
  #isPaused = false;
  /** The time for the head of a request runs, for the first one since the connection is open. */
  #hasBegunHead = true;
  /** The client sends no more. */
  #isHalfClosed = false;
  /** This answer is the last one. */
  #isEnding = false;
  /** The answer has been written, and nothing comes behind it. */
  #isOver = false;
  dueAt: number;

  constructor(parts: ClientParts) {
    const { accepted, deadlines, patience } = parts;
    const { socket } = accepted;
    this.#parts = parts;
    this.socket = socket;
    this.origin = parts.origin;
    this.dueAt = deadlines.after(patience.request);
    deadlines.watch(this);
    accepted.onBytes = this.#onBytes;
    socket.on('end', this.#onEnd);
    socket.on('drain', this.#onDrain);
    socket.on('close', this.#onClose);
    // What broke it does not matter: its end follows.
    socket.on('error', () => {});
  }

  get mayBeKept(): boolean {
    return !this.#isLast && this.#request?.head.isKeptAlive === true;
  }

  /** No request can follow. */
  get #isLast(): boolean {
    return this.#isEnding || (this.#isHalfClosed && !this.#unread);
  }

  /** Who hears of this connection while its request is served. */
  hears(user: ClientUser): void {
    this.#user = user;
  }

  /** A sign of life of the answer. */
  touch(): void {
    const { deadlines, patience } = this.#parts;
    this.dueAt = deadlines.after(patience.idle);
  }

  answered(isKept: boolean): void {
    this.#user = undefined;
    this.#request = undefined;
    if (!isKept || this.#isLast) {
      this.#close('');
      return;
    }
    this.dueAt = this.#parts.deadlines.after(keptMilliseconds);
    if (this.#body && !this.#body.isComplete) this.#body.discard();
    this.goOn();
  }

  /** Reads on: the next part of a body, or the next request. */
  goOn(): void {
    if (this.#unread) this.#advance();
    if (!this.#unread && !this.#isOver) this.#resume();
  }

  /** No more requests than the one that is being served or on its way: closes behind its answer, else at once. */
  end(): void {
    this.#isEnding = true;
    if (this.#request || this.#isOver) return;
    if (this.#hasBegunHead) {
      this.dueAt = Math.min(this.dueAt, this.#parts.deadlines.after(lastRequestMilliseconds));
    } else if (this.socket.writableLength > 0) this.#close('');
    else this.socket.destroy();
  }

  /** Hands the bare connection over to what serves it from now on, with what the client sent behind its request. */
  release(): { readonly accepted: AcceptedSocket; readonly early: Buffer | undefined } {
    const { accepted } = this.#parts;
    const { socket } = accepted;
    // It may be a view of what is read over by the next.
    const early = this.#unread && Buffer.from(this.#unread);
    this.#forget();
    socket.off('end', this.#onEnd).off('drain', this.#onDrain).off('close', this.#onClose);
    this.#isOver = true;
    this.#unread = undefined;
    // What comes is not lost until somebody listens again.
    socket.pause();
    return { accepted, early };
  }

  due(): void {
    if (this.#unread && !this.#request) {
      this.#close(lastAnswer(408, '408 the rest of the request did not come\n'));
    } else this.socket.destroy();
  }

  readonly #onBytes = (bytes: Buffer): void => {
    if (this.#isOver) return;
    if (this.#request) this.touch();
    this.#unread = this.#unread ? Buffer.concat([this.#unread, bytes]) : bytes;
    this.#advance();
    if (this.#unread?.buffer === bytes.buffer) this.#unread = Buffer.from(this.#unread);
  };

  readonly #onEnd = (): void => {
    this.#isHalfClosed = true;
    if (!this.#request) this.socket.end();
    else if (this.#body && !this.#body.isComplete) this.socket.destroy();
    // Most that end their side have left; some have said all and wait. An answer that comes finds out which it was.
    else this.dueAt = this.#parts.deadlines.after(halfCloseMilliseconds);
  };

  readonly #onDrain = (): void => {
    if (this.#user) {
      this.touch();
      this.#user.clientDrained();
    } else this.goOn();
  };

  readonly #onClose = (): void => {
    this.#forget();
    const user = this.#user;
    this.#user = undefined;
    user?.clientLeft();
  };

  /** Takes as much of what has come as can be taken now. */
  #advance(): void {
    // An answer that is given at once calls it again.
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    try {
      while (this.#unread && !this.#isOver && this.#step(this.#unread));
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error;
      this.#refuse(error);
    } finally {
      this.#isAdvancing = false;
    }
  }

  /** False when the rest has to wait. */
  #step(bytes: Buffer): boolean {
    const body = this.#body;
    if (body && !body.isComplete) {
      if (!body.isTaken) return this.#pause();
      this.#unread = undefined;
      this.#unread = body.read(bytes);
      return true;
    }
    if (this.#request || this.socket.writableNeedDrain) return this.#pause();
    const text = this.#takeHead(bytes);
    if (text === undefined) {
      if (this.#isHalfClosed) this.#close('');
      else this.#resume();
      return false;
    }
    const head = readRequestHead(text);
    this.#body = hasBody(head.framing) ? new RequestBody(this, head.framing) : undefined;
    this.#request = { client: this, head, body: this.#body, answer: new Answer(this, head) };
    this.touch();
    this.#parts.serve(this.#request);
    return true;
  }

  /** A head with the line end of its last header; undefined as long as it has not come to its end. */
  #takeHead(bytes: Buffer): string | undefined {
    let from = 0;
    // Some clients end a body with an empty line too many (RFC 9112 2.2).
    while (bytes[from] === carriageReturn && bytes[from + 1] === lineFeed) from += 2;
    const end = bytes.indexOf(endOfHead, from);
    if (end < 0) {
      // Those lines are not kept: there may be any number of them.
      this.#unread = from === 0 ? bytes : from < bytes.length ? bytes.subarray(from) : undefined;
      if (this.#unread) this.#awaitRest(this.#unread);
    }
    if ((end < 0 ? bytes.length : end) - from > longestRequestHead) {
      throw new BadRequest(431, `the head of the request is longer than ${longestRequestHead} bytes`);
    }
    if (end < 0) return undefined;
    this.#hasBegunHead = false;
    const rest = end + endOfHead.length;
    this.#unread = rest < bytes.length ? bytes.subarray(rest) : undefined;
    return bytes.toString('latin1', from, end + 2);
  }

  /** Checks the beginning of a head: what cannot become one is not waited for. */
  #awaitRest(bytes: Buffer): void {
    if (!/^[\t\x20-\x7e\x80-\xff]*(\r\n[\t\x20-\x7e\x80-\xff]*)*\r?$/.test(bytes.toString('latin1'))) {
      throw new BadRequest(400, 'this is no request of HTTP/1.1');
    }
    // From its first byte: one byte after another does not buy time.
    if (this.#hasBegunHead) return;
    this.#hasBegunHead = true;
    this.dueAt = this.#parts.deadlines.after(this.#parts.patience.request);
  }

  #pause(): false {
    if (!this.#isPaused) {
      this.#isPaused = true;
      this.socket.pause();
    }
    return false;
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.socket.resume();
  }

  /** Nobody could tell where the next request begins. */
  #refuse(error: BadMessage): void {
    const status = error instanceof BadRequest ? error.status : 400;
    const user = this.#user;
    // The body of a request that is, or is being, answered already.
    const isLate = this.#request ? this.#request.answer.hasBegun : this.#body?.isComplete === false;
    this.#user = undefined;
    this.#request = undefined;
    user?.clientLeft();
    if (isLate) this.socket.destroy();
    else this.#close(lastAnswer(status, `${status} ${error.message}\n`));
  }

  /** Ends the connection: what was written may arrive, and what still comes is not read. */
  #close(text: string): void {
    this.#isOver = true;
    this.#unread = undefined;
    this.#body?.discard();
    const { socket } = this;
    const { deadlines, patience } = this.#parts;
    // One that reads slowly has the time that it needs, and then some to close its side.
    this.dueAt = deadlines.after(patience.idle);
    socket.end(text, 'latin1', () => {
      this.dueAt = deadlines.after(patience.close);
    });
    this.#isPaused = false;
    socket.resume();
  }

  #forget(): void {
    this.#parts.deadlines.unwatch(this);
    this.#parts.gone(this);
  }
}

function hasBody(framing: BodyFraming): boolean {
  return framing !== framings.none && !('length' in framing && framing.length === 0);
}
