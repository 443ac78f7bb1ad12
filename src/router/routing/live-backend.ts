import type { Backend } from '../../engine/router-protocol.ts';
import type { BackendConnection } from '../backend/backend-connection.ts';

/** How long a backend that did not accept a connection is asked last, in milliseconds. */
const suspicion = 2_000;
/** The most connections that wait for a next request. */
const mostIdle = 256;

/** What a backend tells whoever made it. */
export interface BackendEvents {
  /** The last request to a stale backend has ended. */
  onEmpty(): void;
  /** No connection came about. */
  onSuspect(backend: Backend): void;
}

/** An instance that requests go to, with what this router knows of it. It stays the same over changes of the table. */
export class LiveBackend {
  readonly instance: string;
  readonly address: string;
  readonly port: number;
  readonly #idle: BackendConnection[] = [];
  readonly #events: BackendEvents;
  #inFlight = 0;
  #suspectUntil = 0;
  /** The first version of the table by which no request would go here any more; undefined while requests do. */
  staleSince: number | undefined;

  constructor({ instance, address, port }: Backend, events: BackendEvents) {
    this.instance = instance;
    this.address = address;
    this.port = port;
    this.#events = events;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Counts a request, or a connection that changed its protocol, until `leave`. */
  enter(): void {
    this.#inFlight += 1;
  }

  leave(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0 && this.staleSince !== undefined) this.#events.onEmpty();
  }

  /** No connection came about: others are asked first for a while. `now` in milliseconds of a steady clock. */
  suspect(now: number): void {
    this.#suspectUntil = now + suspicion;
    this.#events.onSuspect(this);
  }

  isSuspect(now: number): boolean {
    return now < this.#suspectUntil;
  }

  /** A connection that waited no longer than `longestWait` milliseconds for its next request. */
  takeIdle(now: number, longestWait: number): BackendConnection | undefined {
    const connection = this.#idle.at(-1);
    if (!connection) return undefined;
    if (now < connection.idleUntil && now - connection.idleSince <= longestWait) return this.#idle.pop();
    // The last one waited for the shortest time.
    if (now >= connection.idleUntil) this.closeIdle();
    return undefined;
  }

  /** Keeps a connection for a next request; false when there is no use for it. */
  keep(connection: BackendConnection): boolean {
    if (this.staleSince !== undefined || this.#idle.length >= mostIdle) return false;
    this.#idle.push(connection);
    return true;
  }

  forget(connection: BackendConnection): void {
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  closeIdle(): void {
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }
}
