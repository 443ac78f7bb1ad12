import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type {
  RouterMeasures,
  RouterPollAnswer,
  RouterPollRequest,
  RouterReach,
  RoutingEntry,
} from '../../src/engine/router-protocol.ts';
import { freePort } from '../harness/free-port.ts';

/** The server's side of the router protocol over a table that a test writes. */
export class TableServer {
  readonly polls: RouterPollRequest[] = [];
  readonly measures: RouterMeasures[] = [];
  readonly reaches: RouterReach[] = [];
  readonly tokens = new Set<string>();
  readonly #certificate: { readonly cert: string; readonly key: string } | undefined;
  #http: http.Server | undefined;
  #version = 0;
  #routes: readonly RoutingEntry[] = [];
  #port = 0;
  readonly #waiters = new Set<() => void>();
  readonly #held = new Set<() => void>();

  /** With a certificate it is called by TLS, at an address of this machine that is not taken for one. */
  constructor(certificate?: { readonly cert: string; readonly key: string }) {
    this.#certificate = certificate;
  }

  get url(): string {
    return this.#certificate ? `https://[::ffff:127.0.0.1]:${this.#port}` : `http://127.0.0.1:${this.#port}`;
  }

  async open(): Promise<void> {
    const listener: http.RequestListener = (request, response) => void this.#answer(request, response);
    this.#http = this.#certificate
      ? https.createServer(this.#certificate, listener)
      : http.createServer(listener);
    this.#port ||= await freePort();
    this.#http.listen(this.#port, '127.0.0.1');
    await once(this.#http, 'listening');
  }

  /** As a server that was killed: connections break, nobody listens. */
  async close(): Promise<void> {
    const server = this.#http;
    this.#http = undefined;
    this.#held.clear();
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** Makes this the table, and resolves with its version when the router says that it routes by it. */
  async put(...routes: RoutingEntry[]): Promise<number> {
    this.#routes = routes;
    this.#version += 1;
    const version = this.#version;
    for (const wake of [...this.#held]) wake();
    await this.polled(({ applied }) => applied >= version);
    return version;
  }

  /** Resolves when the last poll is such. */
  async polled(isSuch: (poll: RouterPollRequest) => boolean): Promise<void> {
    for (;;) {
      const last = this.polls.at(-1);
      if (last && isSuch(last)) return;
      await this.next();
    }
  }

  /** Resolves at the next call of a router. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiters.add(resolve));
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    this.tokens.add(request.headers.authorization ?? '');
    let text = '';
    for await (const part of request) text += part;
    if (request.url === '/router/v1/measures') {
      this.measures.push(JSON.parse(text));
      response.writeHead(204).end();
    } else if (request.url === '/router/v1/reach') {
      this.reaches.push(JSON.parse(text));
      response.writeHead(204).end();
    } else {
      const poll = JSON.parse(text) as RouterPollRequest;
      this.polls.push(poll);
      const answer = () => {
        this.#held.delete(answer);
        const routes = poll.applied === this.#version ? [] : this.#routes;
        const complete = poll.applied !== this.#version;
        const told: RouterPollAnswer = { version: this.#version, complete, routes, removed: [] };
        response.setHeader('content-type', 'application/json').end(JSON.stringify(told));
      };
      if (poll.applied !== this.#version || poll.waitSeconds === 0) answer();
      else {
        this.#held.add(answer);
        response.on('close', () => this.#held.delete(answer));
      }
    }
    for (const waiter of [...this.#waiters]) {
      this.#waiters.delete(waiter);
      waiter();
    }
  }
}
