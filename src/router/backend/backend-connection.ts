import { connect, type Socket } from 'node:net';
import type { Deadlines, Watched } from '../deadlines.ts';
import { writeAtEndOfTurn } from '../end-of-turn.ts';
import { readBuffer } from '../read-buffer.ts';
import type { LiveBackend } from '../routing/live-backend.ts';

/** What uses a connection at the moment; it hears everything that happens on it until `release`. */
export interface ConnectionUser {
  connected(): void;
  /** They are read again after the call: what stays of them has to be copied. */
  bytes(bytes: Buffer): void;
  /** What was written has left; more may follow. */
  drained(): void;
  /** The backend sends no more. */
  ended(): void;
  /** Nothing came or went for as long as `waitAtMost` said. */
  silent(): void;
  /** It is broken or closed; `isConnected` tells whether it ever was open. */
  failed(error: Error): void;
}

/** How long a connection may take to open, in milliseconds: backends are near. */
const connectMilliseconds = 2_000;
/** How long an idle connection is kept where the backend does not say, in milliseconds: Node's servers close after 5 s. */
const idleMilliseconds = 4_000;

/** One connection to a backend, for one request after another. */
export class BackendConnection implements Watched {
  readonly socket: Socket;
  readonly #backend: LiveBackend;
  readonly #deadlines: Deadlines;
  #user: ConnectionUser | undefined;
  #wait = connectMilliseconds;
  dueAt: number;
  isConnected = false;
  /** It has carried a request before: the backend may be closing it in this moment. */
  isReused = false;
  /** Since when it waits for its next request, and until when it may be used for one; milliseconds of a steady clock. */
  idleSince = 0;
  idleUntil = 0;

  constructor(backend: LiveBackend, user: ConnectionUser, deadlines: Deadlines) {
    this.#backend = backend;
    this.#user = user;
    this.#deadlines = deadlines;
    this.dueAt = deadlines.after(connectMilliseconds);
    this.socket = connect({
      host: backend.address,
      port: backend.port,
      noDelay: true,
      onread: { buffer: readBuffer, callback: (length) => this.#read(length) },
    });
    this.socket.on('connect', () => {
      this.isConnected = true;
      this.#user?.connected();
    });
    this.socket.on('drain', () => {
      this.#touch();
      this.#user?.drained();
    });
    this.socket.on('end', () => (this.#user ? this.#user.ended() : this.destroy()));
    this.socket.on('error', (error) => this.#fail(error));
    this.socket.on('close', () => this.#fail(new Error('the connection was closed')));
    deadlines.watch(this);
  }

  /** Bytes are copied. False when it has to be waited for before more is written. */
  write(part: string | Buffer): boolean {
    this.#touch();
    writeAtEndOfTurn(this.socket);
    return typeof part === 'string'
      ? this.socket.write(part, 'latin1')
      : this.socket.write(Buffer.from(part));
  }

  /** How long nothing may come or go before the user hears `silent`, in milliseconds; 0 for as long as it takes. */
  waitAtMost(milliseconds: number): void {
    this.#wait = milliseconds === 0 ? Number.POSITIVE_INFINITY : milliseconds;
    this.#touch();
  }

  /** Takes an idle connection into use. */
  use(user: ConnectionUser): void {
    this.isReused = true;
    this.#user = user;
  }

  /** The user is through with it; `keptSeconds` is for how long the backend said to keep it. */
  release(now: number, keptSeconds: number | undefined): void {
    this.#user = undefined;
    // A second less than the backend says: its clock began earlier.
    const kept = keptSeconds === undefined ? idleMilliseconds : Math.min(keptSeconds * 1000 - 1000, 60_000);
    if (kept <= 0 || this.socket.destroyed || !this.#backend.keep(this)) {
      this.destroy();
      return;
    }
    this.idleSince = now;
    this.idleUntil = now + kept;
    this.dueAt = this.idleUntil;
    if (this.socket.isPaused()) this.socket.resume();
  }

  /** Closes it; the user hears nothing more. */
  destroy(): void {
    this.#user = undefined;
    this.#deadlines.unwatch(this);
    // Its end is told later: until then it could be taken for a request, which could not be sent a second time.
    this.#backend.forget(this);
    this.socket.destroy();
  }

  due(): void {
    if (this.#user) this.#user.silent();
    else this.destroy();
  }

  #read(length: number): boolean {
    this.#touch();
    if (this.#user) this.#user.bytes(readBuffer.subarray(0, length));
    else this.destroy();
    return true;
  }

  #touch(): void {
    this.dueAt = this.#deadlines.after(this.#wait);
  }

  #fail(error: Error): void {
    this.#deadlines.unwatch(this);
    this.#backend.forget(this);
    const user = this.#user;
    this.#user = undefined;
    user?.failed(error);
  }
}
