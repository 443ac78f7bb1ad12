import type { IncomingMessage, ServerResponse } from 'node:http';
import { BackendConnection, type ConnectionUser } from '../backend/backend-connection.ts';
import type { ResponseHead } from '../backend/response-head.ts';
import { type ResponseListener, ResponseReader } from '../backend/response-reader.ts';
import type { LiveBackend } from '../routing/live-backend.ts';
import type { LivePool } from '../routing/live-pool.ts';
import { answerPlainly } from './plain-answer.ts';
import { RequestBody } from './request-body.ts';
import type { RequestHead } from './request-head.ts';
import { trailersOf, withoutTrailer } from './trailers.ts';

/** How long things may take, in milliseconds. */
export interface Patience {
  /** From the beginning of a request to the end of its head. */
  readonly request: number;
  /** From the whole request, or its last sign of life, to the head of the answer. */
  readonly head: number;
  /** Without a byte in either direction once the answer has begun. */
  readonly idle: number;
}

/** What one exchange is about. */
export interface ExchangeParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly host: string;
  readonly pool: LivePool;
  readonly head: RequestHead;
  /** The client waits for `100 Continue`. */
  readonly expects: boolean;
  readonly patience: Patience;
  /** Told once: how long the answer's head took, and whether the backends failed. */
  readonly measure: (milliseconds: number, isError: boolean) => void;
}

/** Requests that may be sent a second time when nobody knows whether the first was heard (RFC 9110 9.2.2). */
const repeatable: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);
/** Others use a connection again only so soon that the backend is not closing it, in milliseconds. */
const freshEnough = 1_000;
/** Bytes of a body that are copied rather than written beside the head. */
const smallBody = 8_192;
/** The most backends that one request tries. */
const mostTries = 5;

/**
 * One request on its way to a backend and its answer on the way back. It goes to another backend of the same pool when
 * no connection came about, and once more to the same when a kept connection turns out to be closed before the answer
 * began and the request may be repeated. In all other cases what was sent may have been done.
 */
export class Exchange implements ConnectionUser, ResponseListener {
  readonly #parts: ExchangeParts;
  readonly #began = performance.now();
  readonly #tried: LiveBackend[] = [];
  readonly #mayRepeat: boolean;
  #backend: LiveBackend | undefined;
  #connection: BackendConnection | undefined;
  #reader: ResponseReader | undefined;
  #answer: ResponseHead | undefined;
  #body: RequestBody | undefined;
  #hasHeard = false;
  #needsNewConnection = false;
  #isComplete = false;
  /** The client takes the answer more slowly than the backend sends it. */
  #isHeld = false;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#mayRepeat = parts.head.body === 'none' && repeatable.has(parts.request.method as string);
    parts.response.on('close', () => this.#clientLeft());
    this.#attempt();
  }

  connected(): void {
    const { request, head, expects, patience } = this.#parts;
    const connection = this.#connection as BackendConnection;
    connection.waitAtMost(patience.head);
    connection.socket.write(head.text, 'latin1');
    this.#reader = new ResponseReader(request.method as string, this);
    if (head.body === 'none') return;
    this.#body = new RequestBody(request, connection.socket, head.body === 'chunked');
    if (expects) this.#body.waitForConsent(() => this.#parts.response.writeContinue());
    else this.#body.flow();
  }

  bytes(bytes: Buffer): void {
    this.#hasHeard = true;
    try {
      const rest = this.#reader?.read(bytes);
      if (this.#isComplete) this.#finish(rest === undefined);
      else if (this.#answer) this.#connection?.waitAtMost(this.#parts.patience.idle);
    } catch (error) {
      this.#fail(502, `the answer of the backend is not valid: ${(error as Error).message}`);
    }
  }

  drained(): void {
    this.#body?.resume();
  }

  ended(): void {
    try {
      this.#reader?.close();
      if (this.#isComplete) this.#finish(false);
    } catch {
      this.failed(new Error('the connection was closed'));
    }
  }

  silent(): void {
    if (!this.#connection?.isConnected) this.failed(new Error('nobody accepted the connection'));
    else if (this.#body && !this.#body.isComplete) this.#fail(408, 'the rest of the request did not come');
    else
      this.#fail(504, `the backend did not answer within ${Math.round(this.#parts.patience.head / 1000)} s`);
  }

  failed(error: Error): void {
    const connection = this.#connection;
    if (!connection) return;
    const isUnheard = !connection.isConnected;
    const isStale = connection.isReused && !this.#hasHeard && this.#mayRepeat && !this.#needsNewConnection;
    if (isUnheard) this.#backend?.suspect(performance.now());
    else if (isStale) {
      this.#needsNewConnection = true;
      this.#tried.pop();
    } else {
      this.#fail(
        502,
        `the connection to the backend broke before the answer was complete (${error.message})`,
      );
      return;
    }
    this.#drop();
    this.#attempt();
  }

  interim(head: ResponseHead): void {
    if (head.status === 100) this.#body?.consent();
  }

  head(head: ResponseHead): void {
    const { response, measure } = this.#parts;
    if (head.status === 101) throw new Error('it changes a protocol that nobody asked to change');
    this.#answer = head;
    // A client that was not told to go on may send its body or not: nobody could tell where the next request begins.
    const isUnclear = this.#body?.isWaiting === true;
    // Trailers come behind the last chunk: where there are no chunks, none can be announced.
    const hasChunks = 'kind' in head.framing && head.framing.kind === 'chunked';
    const isChunked = hasChunks && response.req.httpVersion !== '1.0';
    const headers = isChunked ? head.headers : withoutTrailer(head.headers);
    response.writeHead(head.status, head.reason, isUnclear ? [...headers, 'Connection', 'close'] : headers);
    measure(performance.now() - this.#began, head.status >= 500);
  }

  body(part: Buffer, isLast: boolean): void {
    const { response } = this.#parts;
    // As text it leaves in one piece with the head, which is one system call for two.
    if (isLast && part.length <= smallBody) response.end(part.toString('latin1'), 'latin1');
    else if (isLast) response.end(part);
    else if (!response.write(part) && !this.#isHeld) {
      this.#isHeld = true;
      const connection = this.#connection;
      connection?.socket.pause();
      response.once('drain', () => {
        this.#isHeld = false;
        // By now it may serve another request, which holds it for itself.
        if (connection === this.#connection) connection?.socket.resume();
      });
    }
  }

  end(trailers: readonly string[]): void {
    this.#isComplete = true;
    const { response } = this.#parts;
    if (response.writableEnded) return;
    if (trailers.length > 0) response.addTrailers(trailersOf(trailers));
    response.end();
  }

  #attempt(): void {
    const { pool, host } = this.#parts;
    const now = performance.now();
    const backend = this.#tried.length < mostTries ? pool.pick(now, this.#tried) : undefined;
    if (!backend) {
      this.#fail(502, `no instance behind ${host} accepted the connection`);
      return;
    }
    this.#tried.push(backend);
    this.#backend = backend;
    backend.enter();
    const connection = this.#needsNewConnection
      ? undefined
      : backend.takeIdle(now, this.#mayRepeat ? Number.POSITIVE_INFINITY : freshEnough);
    if (connection) {
      this.#connection = connection;
      connection.use(this);
      this.connected();
    } else this.#connection = new BackendConnection(backend, this);
  }

  #finish(isClean: boolean): void {
    const connection = this.#connection as BackendConnection;
    const answer = this.#answer as ResponseHead;
    this.#connection = undefined;
    this.#body?.detach();
    if (isClean && answer.isKeptAlive && this.#body?.isComplete !== false) {
      connection.release(performance.now(), answer.keptSeconds);
    } else connection.destroy();
    this.#leave();
  }

  #fail(status: number, text: string): void {
    const { response, measure } = this.#parts;
    this.#drop();
    if (response.headersSent) response.destroy();
    else {
      measure(performance.now() - this.#began, status >= 500);
      answerPlainly(response, status, `${status} ${text}\n`);
    }
  }

  /** Its connection, if it still has one, cannot be used by another: nobody would read the rest of the answer. */
  #clientLeft(): void {
    if (!this.#connection) return;
    if (!this.#answer) this.#parts.measure(performance.now() - this.#began, false);
    this.#drop();
  }

  #drop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#body?.detach();
    connection?.destroy();
    this.#leave();
  }

  #leave(): void {
    this.#backend?.leave();
    this.#backend = undefined;
  }
}
