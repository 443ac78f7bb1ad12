import { createServer, type Server } from 'node:net';
import { AcceptedSocket } from '../client/accepted-socket.ts';
import { ClientConnection, type ClientRequest } from '../client/client-connection.ts';
import { Origin } from '../client/origin.ts';
import type { TrustedProxies } from '../client/trusted-proxies.ts';
import type { Deadlines } from '../deadlines.ts';
import type { Measures } from '../measures/measures.ts';
import { framings } from '../message/body-framing.ts';
import type { Patience } from '../patience.ts';
import { hostNameOf } from '../routing/host-name.ts';
import type { LivePool } from '../routing/live-pool.ts';
import type { RoutingTable } from '../routing/routing-table.ts';
import { headForBackend } from './backend-head.ts';
import { Exchange } from './exchange.ts';
import { answerOwn } from './own-pages.ts';
import { Upgrade } from './upgrade.ts';

/** What the front of a router works with. */
export interface FrontParts {
  readonly table: RoutingTable;
  readonly measures: Measures;
  readonly trusted: TrustedProxies;
  readonly patience: Patience;
  readonly deadlines: Deadlines;
}

/** The most connections of clients: memory ends later than this. */
const mostConnections = 20_000;

/** What clients see of a router: it finds the route of each request and hands it to a backend. */
export class Front {
  readonly server: Server;
  readonly #connections = new Set<ClientConnection>();
  /** Connections of clients, with those that have become WebSockets. */
  #open = 0;
  #emptied: () => void = () => {};

  constructor(parts: FrontParts) {
    const { trusted, deadlines, patience } = parts;
    const serve = (request: ClientRequest) => serveRequest(parts, request);
    const gone = (connection: ClientConnection) => {
      this.#connections.delete(connection);
      if (this.#connections.size === 0) this.#emptied();
    };
    // A client may have sent all it has to say and still want the answer.
    this.server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
      if (this.#open >= mostConnections) {
        socket.destroy();
        return;
      }
      const accepted = new AcceptedSocket(socket);
      const origin = new Origin(accepted.socket, trusted);
      this.#open += 1;
      accepted.socket.once('close', () => {
        this.#open -= 1;
      });
      this.#connections.add(new ClientConnection({ accepted, origin, deadlines, patience, serve, gone }));
    });
  }

  /**
   * Takes no more connections, closes idle ones, and waits for requests in flight, at most `drain` milliseconds.
   * WebSockets are not waited for: they end with the process.
   */
  async close(drain: number): Promise<void> {
    this.server.close();
    for (const connection of this.#connections) connection.end();
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => {
      const cut = setTimeout(resolve, drain);
      this.#emptied = () => {
        clearTimeout(cut);
        resolve();
      };
    });
    for (const connection of this.#connections) connection.socket.destroy();
  }
}

/** Where a request goes, or the answer that it gets here. */
type Decision =
  | { readonly host: string; readonly pool: LivePool }
  | { readonly status: number; readonly text: string };

function decide({ table, measures }: FrontParts, asked: string): Decision {
  const host = hostNameOf(asked);
  const route = table.find(host);
  if (!route) {
    if (table.version === 0) return { status: 503, text: '503 this router has no table yet\n' };
    return { status: 404, text: `404 no route for ${host.slice(0, 253)}\n` };
  }
  const pool = route.choose();
  if (!pool) return { status: 404, text: route.entry.whenEmpty };
  if (pool.backends.length === 0) {
    measures.count(host, pool.name, 0, true);
    return { status: 503, text: `503 no healthy instance behind ${host}\n` };
  }
  return { host, pool };
}

function serveRequest(parts: FrontParts, request: ClientRequest): void {
  const { head, body, answer } = request;
  if (answerOwn(parts, request)) return;
  const decision = decide(parts, head.host);
  if ('status' in decision) {
    // A client that was not told to go on may send its body or not: nobody could tell where its next request begins.
    answer.plain(decision.status, decision.text, head.expects);
  } else if (head.method !== 'GET' || head.upgrade !== 'websocket') {
    // Nobody has to speak another protocol that is asked for (RFC 9110 7.8): Java's client asks for HTTP/2 like that.
    const { patience, deadlines, measures } = parts;
    const { host, pool } = decision;
    new Exchange({ request, host, pool, patience, deadlines, measures });
  } else if (body || head.framing !== framings.none) {
    answer.plain(400, '400 a request with a body cannot change the protocol\n', true);
  } else upgrade(parts, request, decision);
}

function upgrade(
  { patience, deadlines, measures }: FrontParts,
  { client, head }: ClientRequest,
  found: { readonly host: string; readonly pool: LivePool },
): void {
  const { accepted, early } = client.release();
  const headText = headForBackend(head, client.origin.lines(head.host, head.given), 'websocket');
  new Upgrade({ accepted, early, ...found, head: headText, patience, deadlines, measures });
}
