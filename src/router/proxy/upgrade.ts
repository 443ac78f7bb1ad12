import type { Duplex } from 'node:stream';
import { BackendConnection, type ConnectionUser } from '../backend/backend-connection.ts';
import type { ResponseHead } from '../backend/response-head.ts';
import { type ResponseListener, ResponseReader } from '../backend/response-reader.ts';
import type { LiveBackend } from '../routing/live-backend.ts';
import type { LivePool } from '../routing/live-pool.ts';
import { endConnection, plainAnswerText } from './plain-answer.ts';

/** What an upgrade is about. */
export interface UpgradeParts {
  /** The client's connection, which is the upgrade's alone. */
  readonly client: Duplex;
  /** What the client sent behind the request's head. */
  readonly early: Buffer;
  readonly host: string;
  readonly pool: LivePool;
  /** The request's head for the backend. */
  readonly head: string;
  readonly headMilliseconds: number;
  readonly measure: (milliseconds: number, isError: boolean) => void;
}

/**
 * A WebSocket: when a backend agrees, both connections become one, for as long as either side keeps it, and it counts
 * as a request in flight. When the backend answers otherwise, the client gets that answer and the connection ends.
 */
export class Upgrade implements ConnectionUser, ResponseListener {
  readonly #parts: UpgradeParts;
  readonly #began = performance.now();
  readonly #tried: LiveBackend[] = [];
  #backend: LiveBackend | undefined;
  #connection: BackendConnection | undefined;
  #reader: ResponseReader | undefined;
  #answer: ResponseHead | undefined;

  constructor(parts: UpgradeParts) {
    this.#parts = parts;
    const { client } = parts;
    client.on('error', () => this.#drop());
    client.on('close', () => this.#drop());
    this.#attempt();
  }

  connected(): void {
    const connection = this.#connection as BackendConnection;
    connection.waitAtMost(this.#parts.headMilliseconds);
    this.#reader = new ResponseReader('GET', this);
    connection.socket.write(this.#parts.head, 'latin1');
  }

  bytes(bytes: Buffer): void {
    const { client } = this.#parts;
    try {
      const rest = this.#reader?.read(bytes);
      if (this.#answer?.status === 101) this.#join(rest);
      else if (this.#reader?.isEnded) endConnection(client);
    } catch {
      this.#refuse(502, 'Bad Gateway', 'the answer of the backend is not valid');
    }
  }

  drained(): void {}

  ended(): void {
    endConnection(this.#parts.client);
  }

  silent(): void {
    if (!this.#connection?.isConnected) this.failed();
    else this.#refuse(504, 'Gateway Timeout', 'the backend did not answer in time');
  }

  failed(): void {
    const connection = this.#connection;
    if (!connection) return;
    if (connection.isConnected) {
      this.#refuse(502, 'Bad Gateway', 'the connection to the backend broke');
      return;
    }
    this.#backend?.suspect(performance.now());
    this.#drop();
    this.#attempt();
  }

  interim(): void {}

  head(head: ResponseHead): void {
    const { client, measure } = this.#parts;
    this.#answer = head;
    measure(performance.now() - this.#began, head.status >= 500);
    let text = `HTTP/1.1 ${head.status} ${head.reason}\r\n`;
    for (let index = 0; index < head.headers.length; index += 2) {
      text += `${head.headers[index]}: ${head.headers[index + 1]}\r\n`;
    }
    text +=
      head.status === 101
        ? `Connection: Upgrade\r\nUpgrade: ${head.upgrade ?? 'websocket'}\r\n`
        : 'Connection: close\r\n';
    client.write(`${text}\r\n`, 'latin1');
  }

  body(part: Buffer): void {
    const socket = this.#connection?.socket;
    if (this.#parts.client.write(part)) return;
    socket?.pause();
    this.#parts.client.once('drain', () => socket?.resume());
  }

  end(): void {}

  #attempt(): void {
    const { pool, host } = this.#parts;
    const now = performance.now();
    const backend = pool.pick(now, this.#tried);
    if (!backend) {
      this.#refuse(502, 'Bad Gateway', `no instance behind ${host} accepted the connection`);
      return;
    }
    this.#tried.push(backend);
    this.#backend = backend;
    backend.enter();
    this.#connection = new BackendConnection(backend, this);
  }

  /** From here on the two sockets speak with each other, each no faster than the other takes it. */
  #join(rest: Buffer | undefined): void {
    const { client, early } = this.#parts;
    const connection = this.#connection as BackendConnection;
    const { socket } = connection;
    connection.waitAtMost(0);
    socket.removeAllListeners('data');
    if (rest) client.write(rest);
    if (early.length > 0) socket.write(early);
    socket.pipe(client);
    client.pipe(socket);
    socket.setKeepAlive(true, 30_000);
  }

  #refuse(status: number, reason: string, text: string): void {
    const { client, measure } = this.#parts;
    this.#drop();
    // What is still on its way to the client may arrive.
    if (this.#answer) endConnection(client);
    else {
      measure(performance.now() - this.#began, true);
      endConnection(client, plainAnswerText(status, reason, `${status} ${text}\n`));
    }
  }

  #drop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.destroy();
    this.#backend?.leave();
    this.#backend = undefined;
  }
}
