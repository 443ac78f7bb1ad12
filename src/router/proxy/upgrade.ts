import type { Socket } from 'node:net';
import { BackendConnection, type ConnectionUser } from '../backend/backend-connection.ts';
import { type ResponseListener, ResponseReader } from '../backend/response-reader.ts';
import type { AcceptedSocket } from '../client/accepted-socket.ts';
import { lastAnswer } from '../client/answer.ts';
import type { Deadlines } from '../deadlines.ts';
import type { Measures } from '../measures/measures.ts';
import { BadMessage } from '../message/bad-message.ts';
import type { ResponseHead } from '../message/response-head.ts';
import type { Patience } from '../patience.ts';
import type { LiveBackend } from '../routing/live-backend.ts';
import type { LivePool } from '../routing/live-pool.ts';

/** What an upgrade is about. */
export interface UpgradeParts {
  /** The client's connection, which is the upgrade's alone. */
  readonly accepted: AcceptedSocket;
  /** What the client sent behind the request's head. */
  readonly early: Buffer | undefined;
  readonly host: string;
  readonly pool: LivePool;
  /** The request's head for the backend. */
  readonly head: string;
  readonly patience: Patience;
  readonly deadlines: Deadlines;
  readonly measures: Measures;
}

/**
 * A WebSocket: when a backend agrees, both connections become one, for as long as either side keeps it, and it counts
 * as a request in flight. When the backend answers otherwise, the client gets that answer and the connection ends.
 */
export class Upgrade implements ConnectionUser, ResponseListener {
  readonly #parts: UpgradeParts;
  readonly #client: Socket;
  readonly #began = performance.now();
  readonly #tried: LiveBackend[] = [];
  #backend: LiveBackend | undefined;
  #connection: BackendConnection | undefined;
  #reader: ResponseReader | undefined;
  #answer: ResponseHead | undefined;
  #isJoined = false;
  /** The client takes less than the backend sends. */
  #isHeld = false;

  constructor(parts: UpgradeParts) {
    this.#parts = parts;
    this.#client = parts.accepted.socket;
    this.#client.on('close', () => this.#drop());
    this.#client.on('drain', () => this.#letGo());
    this.#attempt();
  }

  connected(): void {
    const connection = this.#connection as BackendConnection;
    connection.waitAtMost(this.#parts.patience.head);
    this.#reader = new ResponseReader('GET', this);
    connection.write(this.#parts.head);
  }

  bytes(bytes: Buffer): void {
    try {
      if (this.#isJoined) {
        this.#pass(bytes);
        return;
      }
      const rest = this.#reader?.read(bytes);
      if (this.#answer?.status === 101) this.#join(rest);
      else if (this.#reader?.isEnded) this.#end();
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error;
      this.#refuse(502, 'the answer of the backend is not valid');
    }
  }

  drained(): void {
    // What the client sends before the backend agrees has to wait.
    if (this.#isJoined) this.#client.resume();
  }

  ended(): void {
    if (this.#answer) this.#end();
    else this.#refuse(502, 'the backend closed the connection without an answer');
  }

  silent(): void {
    if (!this.#connection?.isConnected) this.failed();
    else this.#refuse(504, 'the backend did not answer in time');
  }

  failed(): void {
    const connection = this.#connection;
    if (!connection) return;
    if (connection.isConnected) {
      this.#refuse(502, 'the connection to the backend broke');
      return;
    }
    this.#backend?.suspect(performance.now());
    this.#drop();
    this.#attempt();
  }

  interim(): void {}

  head(head: ResponseHead): void {
    const { status, reason, lines, upgrade = 'websocket' } = head;
    this.#answer = head;
    this.#measure(status >= 500);
    const connection =
      status === 101 ? `Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n` : 'Connection: close\r\n';
    this.#client.write(`HTTP/1.1 ${status} ${reason}\r\n${lines}${connection}\r\n`, 'latin1');
  }

  body(part: Buffer): void {
    this.#pass(part);
  }

  end(): void {}

  #attempt(): void {
    const { pool, host, deadlines } = this.#parts;
    const now = performance.now();
    const backend = pool.pick(now, this.#tried);
    if (!backend) {
      this.#refuse(502, `no instance behind ${host} accepted the connection`);
      return;
    }
    this.#tried.push(backend);
    this.#backend = backend;
    backend.enter();
    this.#connection = new BackendConnection(backend, this, deadlines);
  }

  /** From here on the two sockets speak with each other, each no faster than the other takes it. */
  #join(rest: Buffer | undefined): void {
    const { accepted, early } = this.#parts;
    const client = this.#client;
    const connection = this.#connection as BackendConnection;
    this.#isJoined = true;
    connection.waitAtMost(0);
    // A side that is gone without a word is noticed by what its machine does not answer.
    connection.socket.setKeepAlive(true, 30_000);
    client.setKeepAlive(true, 30_000);
    if (rest) this.#pass(rest);
    if (early) connection.write(early);
    accepted.onBytes = (part) => {
      if (!connection.write(part)) client.pause();
    };
    client.on('end', () => {
      connection.socket.end();
      // Most have left: the backend has so long to say its last.
      connection.waitAtMost(this.#parts.patience.head);
    });
    client.resume();
  }

  /** To the client: a copy, as the bytes are read over by the next. */
  #pass(part: Buffer): void {
    if (this.#client.write(Buffer.from(part)) || this.#isHeld) return;
    this.#isHeld = true;
    this.#connection?.socket.pause();
  }

  #letGo(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#connection?.socket.resume();
  }

  #refuse(status: number, text: string): void {
    this.#drop();
    if (!this.#answer) this.#measure(true);
    // What is still on its way to the client may arrive.
    this.#end(this.#answer ? '' : lastAnswer(status, `${status} ${text}\n`));
  }

  /** Ends the client's connection: what was written may arrive, and what still comes is not read. */
  #end(text = ''): void {
    const client = this.#client;
    const { accepted, patience } = this.#parts;
    accepted.onBytes = () => {};
    if (client.writableEnded) return;
    let timer = setTimeout(() => client.destroy(), patience.idle).unref();
    client.end(text, 'latin1', () => {
      clearTimeout(timer);
      timer = setTimeout(() => client.destroy(), patience.close).unref();
    });
    client.resume();
    client.once('close', () => clearTimeout(timer));
  }

  #measure(isError: boolean): void {
    const { measures, host, pool } = this.#parts;
    measures.count(host, pool.name, performance.now() - this.#began, isError);
  }

  #drop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.destroy();
    this.#backend?.leave();
    this.#backend = undefined;
  }
}
