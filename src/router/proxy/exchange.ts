import { BackendConnection, type ConnectionUser } from '../backend/backend-connection.ts';
import { type ResponseListener, ResponseReader } from '../backend/response-reader.ts';
import type { ClientRequest, ClientUser } from '../client/client-connection.ts';
import type { Deadlines } from '../deadlines.ts';
import type { Measures } from '../measures/measures.ts';
import { BadMessage } from '../message/bad-message.ts';
import type { ResponseHead } from '../message/response-head.ts';
import type { Patience } from '../patience.ts';
import type { LiveBackend } from '../routing/live-backend.ts';
import type { LivePool } from '../routing/live-pool.ts';
import { headForBackend } from './backend-head.ts';

/** What one exchange is about. */
export interface ExchangeParts {
  readonly request: ClientRequest;
  /** The host name that its route was found by. */
  readonly host: string;
  readonly pool: LivePool;
  readonly patience: Patience;
  readonly deadlines: Deadlines;
  readonly measures: Measures;
}

/** Requests that may be sent a second time when nobody knows whether the first was heard (RFC 9110 9.2.2). */
const repeatable: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);
/** Others use a connection again only so soon that the backend is not closing it, in milliseconds. */
const freshEnough = 1_000;
/** The most backends that one request tries. */
const mostTries = 5;

/**
 * One request on its way to a backend and its answer on the way back. It goes to another backend of the same pool when
 * no connection came about, and once more to the same when a kept connection turns out to be closed before the answer
 * began and the request may be repeated. In all other cases what was sent may have been done.
 */
export class Exchange implements ConnectionUser, ResponseListener, ClientUser {
  readonly #parts: ExchangeParts;
  readonly #began = performance.now();
  readonly #tried: LiveBackend[] = [];
  readonly #mayRepeat: boolean;
  #backend: LiveBackend | undefined;
  #connection: BackendConnection | undefined;
  #reader: ResponseReader | undefined;
  #answer: ResponseHead | undefined;
  #hasHeard = false;
  #needsNewConnection = false;
  #isComplete = false;
  /** The client takes the answer more slowly than the backend sends it. */
  #isHeld = false;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    const { client, head, body } = parts.request;
    this.#mayRepeat = !body && repeatable.has(head.method);
    client.hears(this);
    this.#attempt();
  }

  connected(): void {
    const { request, patience } = this.#parts;
    const { client, head, body, answer } = request;
    const connection = this.#connection as BackendConnection;
    connection.waitAtMost(patience.head);
    connection.write(headForBackend(head, client.origin.lines(head.host, head.given)));
    this.#reader = new ResponseReader(head.method, this);
    if (!body) return;
    if (head.expects) body.waitForConsent(connection, () => answer.tellToGoOn());
    else body.flow(connection);
  }

  bytes(bytes: Buffer): void {
    this.#hasHeard = true;
    const { request, patience } = this.#parts;
    try {
      const rest = this.#reader?.read(bytes);
      if (this.#isComplete) this.#finish(rest === undefined);
      else {
        if (this.#answer) this.#connection?.waitAtMost(patience.idle);
        request.client.touch();
        if (!request.answer.flush()) this.#hold();
      }
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error;
      this.#fail(502, `the answer of the backend is not valid: ${error.message}`);
    }
  }

  drained(): void {
    this.#parts.request.body?.resume();
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
    else if (this.#isWaitingForClient) this.#fail(408, 'the rest of the request did not come');
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
    this.#dropConnection();
    this.#attempt();
  }

  interim(head: ResponseHead): void {
    const { body, answer } = this.#parts.request;
    if (head.status !== 100) answer.interim(head);
    else if (body?.isWaiting) body.consent();
  }

  head(head: ResponseHead): void {
    const { body, answer } = this.#parts.request;
    if (head.status === 101) throw new BadMessage('it changes a protocol that nobody asked to change');
    this.#answer = head;
    // A client that was not told to go on may send its body or not: nobody could tell where the next request begins.
    const wasWaiting = body?.isWaiting === true;
    answer.begin(head, wasWaiting);
    // It is not told any more: that would stand in the middle of this answer.
    if (wasWaiting) body.discard();
    this.#measure(head.status >= 500);
  }

  body(part: Buffer): void {
    this.#parts.request.answer.body(part);
  }

  end(trailers: readonly string[]): void {
    this.#isComplete = true;
    this.#parts.request.answer.end(trailers);
  }

  clientDrained(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#connection?.waitAtMost(this.#parts.patience.idle);
    this.#connection?.socket.resume();
  }

  /** Its connection to the backend cannot be used by another: nobody would read the rest of the answer. */
  clientLeft(): void {
    if (!this.#connection) return;
    if (!this.#answer) this.#measure(false);
    this.#drop();
  }

  /** The backend has taken all of the body that has come. */
  get #isWaitingForClient(): boolean {
    const { body } = this.#parts.request;
    return body?.isComplete === false && !body.isHeldUp;
  }

  #hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#connection?.socket.pause();
  }

  #attempt(): void {
    const { pool, host, deadlines } = this.#parts;
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
    } else this.#connection = new BackendConnection(backend, this, deadlines);
  }

  /** The answer is complete; `isClean` when nothing came behind it. */
  #finish(isClean: boolean): void {
    const { body, answer } = this.#parts.request;
    const connection = this.#connection as BackendConnection;
    const head = this.#answer as ResponseHead;
    this.#connection = undefined;
    if (isClean && head.isKeptAlive && body?.isComplete !== false) {
      connection.release(performance.now(), head.keptSeconds);
    } else connection.destroy();
    this.#leave();
    answer.flush();
  }

  #fail(status: number, text: string): void {
    const { answer } = this.#parts.request;
    this.#drop();
    if (!answer.hasBegun) this.#measure(status >= 500);
    // A client that stopped in the middle of its request may go on: nobody could tell where its next one begins.
    answer.plain(status, `${status} ${text}\n`, status === 408);
  }

  #drop(): void {
    this.#dropConnection();
    this.#parts.request.body?.discard();
  }

  #dropConnection(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.destroy();
    this.#leave();
  }

  #leave(): void {
    this.#backend?.leave();
    this.#backend = undefined;
  }

  #measure(isError: boolean): void {
    const { measures, host, pool } = this.#parts;
    measures.count(host, pool.name, performance.now() - this.#began, isError);
  }
}
