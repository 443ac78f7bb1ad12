import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

interface Waiting {
  readonly resolve: (status: number) => void;
  readonly reject: (error: Error) => void;
}

const headEnd = Buffer.from('\r\n\r\n');

/**
 * A connection that gets one thing after another and reads each to its end: what a caller must do at the least, so that
 * a bench on shared cores measures the server and not a client. Answers need a Content-Length.
 */
export class PlainConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #waiting: Waiting | undefined;
  /** What came of an answer's head. */
  #head: Buffer = Buffer.alloc(0);
  #status = 0;
  /** Bytes of the body that are still to come; undefined before the head has ended. */
  #left: number | undefined;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#heard(chunk));
    socket.on('error', (error) => this.#lost(error));
    socket.on('close', () => this.#lost(new Error('The server closed the connection.')));
  }

  /** Opens a connection to an origin like `http://127.0.0.1:8080`. */
  static async open(origin: string): Promise<PlainConnection> {
    const { hostname, port, host } = new URL(origin);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new PlainConnection(socket, host);
  }

  /** The status of the answer, once all of it was read; one at a time. */
  get(path: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(`GET ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n\r\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #heard(chunk: Buffer): void {
    if (this.#left !== undefined) {
      this.#read(chunk.length);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf(headEnd);
    if (end < 0) return;
    const head = this.#head.toString('latin1', 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.#lost(new Error(`An answer without a length: ${head}`));
      return;
    }
    this.#status = Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
    this.#left = Number(length);
    this.#read(this.#head.length - end - headEnd.length);
  }

  #read(bytes: number): void {
    this.#left = (this.#left ?? 0) - bytes;
    if (this.#left > 0) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#left = undefined;
    this.#head = Buffer.alloc(0);
    waiting?.resolve(this.#status);
  }

  #lost(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}
