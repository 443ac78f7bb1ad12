import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Measures } from '../measures/measures.ts';
import type { LivePool } from '../routing/live-pool.ts';
import type { RoutingTable } from '../routing/routing-table.ts';
import { Exchange, type Patience } from './exchange.ts';
import type { Origin } from './forwarded.ts';
import { hostNameOf } from './host-name.ts';
import { answerOwn } from './own-pages.ts';
import { answerPlainly, endConnection, plainAnswerText } from './plain-answer.ts';
import { BadRequest, type HeadOptions, headFor, type Target, targetOf } from './request-head.ts';
import type { TrustedProxies } from './trusted-proxies.ts';
import { Upgrade } from './upgrade.ts';

/** What the front of a router works with. */
export interface FrontParts {
  readonly table: RoutingTable;
  readonly measures: Measures;
  readonly trusted: TrustedProxies;
  readonly patience: Patience;
}

/** The most connections of clients: memory ends later than this. */
const mostConnections = 20_000;

/** The HTTP server that clients see: it finds the route of each request and hands it to a backend. */
export function createFront(parts: FrontParts): Server {
  const server = http.createServer({
    keepAliveTimeout: 65_000,
    headersTimeout: parts.patience.request,
    // How often it looks for heads that take too long.
    connectionsCheckingInterval: Math.min(5_000, parts.patience.request),
    // An upload may take as long as it moves; `timeout` ends one that does not.
    requestTimeout: 0,
    noDelay: true,
  });
  server.timeout = parts.patience.idle;
  server.maxConnections = mostConnections;
  server.on('request', (request, response) => serve(parts, request, response, false));
  server.on('checkContinue', (request, response) => serve(parts, request, response, true));
  server.on('upgrade', (request, socket, early) => {
    // Asked for behind a request that has no answer yet, and nobody would keep the two answers apart.
    if (isAnswering(socket)) socket.destroy();
    else if (asksForWebSocket(request)) upgrade(parts, request, socket, early);
    else server.emit('connection', withoutUpgrade(request, socket, early));
  });
  server.on('connect', (_, socket: Duplex) => {
    socket.on('error', () => {});
    endConnection(socket, plainAnswerText(405, 'Method Not Allowed', '405 this router opens no tunnels\n'));
  });
  return server;
}

/** Where a request goes, or the answer that it gets here. */
type Decision =
  | { readonly target: Target; readonly host: string; readonly pool: LivePool }
  | { readonly status: number; readonly text: string };

function decide({ table, measures }: FrontParts, request: IncomingMessage): Decision {
  const target = targetOf(request as AskedMessage);
  const host = hostNameOf(target.host);
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
  return { target, host, pool };
}

function serve(
  parts: FrontParts,
  request: IncomingMessage,
  response: ServerResponse,
  expects: boolean,
): void {
  try {
    if (answerOwn(parts, request, response)) return;
    const decision = decide(parts, request);
    if ('status' in decision) {
      answerPlainly(response, decision.status, decision.text);
      return;
    }
    const { target, host, pool } = decision;
    new Exchange({
      request,
      response,
      host,
      pool,
      expects,
      head: headFor(request as AskedMessage, target, { ...origins(parts, request.socket, target), expects }),
      patience: parts.patience,
      measure: (milliseconds, isError) => parts.measures.count(host, pool.name, milliseconds, isError),
    });
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    answerPlainly(response, error.status, `${error.status} ${error.message}\n`);
  }
}

function upgrade(parts: FrontParts, request: IncomingMessage, client: Duplex, early: Buffer): void {
  client.on('error', () => {});
  (client as Socket).setTimeout(0);
  const refuse = (status: number, reason: string, text: string) =>
    endConnection(client, plainAnswerText(status, reason, text));
  try {
    const decision = decide(parts, request);
    if ('status' in decision) return void refuse(decision.status, statusText(decision.status), decision.text);
    const { target, host, pool } = decision;
    const options = { ...origins(parts, request.socket, target), upgrade: 'websocket' };
    const head = headFor(request as AskedMessage, target, options);
    if (head.body !== 'none') {
      return void refuse(400, 'Bad Request', '400 a request with a body cannot change the protocol\n');
    }
    new Upgrade({
      client,
      early,
      host,
      pool,
      head: head.text,
      headMilliseconds: parts.patience.head,
      measure: (milliseconds, isError) => parts.measures.count(host, pool.name, milliseconds, isError),
    });
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    refuse(error.status, statusText(error.status), `${error.status} ${error.message}\n`);
  }
}

/** Node ties the answer that is being written to its connection, and offers no other way to know of it. */
function isAnswering(client: Duplex & { readonly _httpMessage?: ServerResponse | null }): boolean {
  return Boolean(client._httpMessage);
}

function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Puts a request back as if it had not asked for another protocol, which nobody has to speak (RFC 9110 7.8): Java's
 * client asks for HTTP/2 with its first request, also with one that has a body. `early` is that body, or its beginning.
 */
function withoutUpgrade(request: IncomingMessage, client: Duplex, early: Buffer): Duplex {
  const { method, url, httpVersion, rawHeaders } = request;
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.toLowerCase() !== 'upgrade') head += `${name}: ${rawHeaders[index + 1]}\r\n`;
  }
  client.unshift(Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), early]));
  return client;
}

/** A request as a server gets it always has a method and a path. */
type AskedMessage = IncomingMessage & { method: string; url: string };

function origins({ trusted }: FrontParts, socket: Socket, { host }: Target): HeadOptions {
  const address = socket.remoteAddress ?? '';
  const origin: Origin = {
    address: address.startsWith('::ffff:') ? address.slice(7) : address,
    host,
    port: socket.localPort ?? 0,
  };
  return { origin, isTrusted: trusted.has(origin.address) };
}

function statusText(status: number): string {
  return http.STATUS_CODES[status] ?? 'Error';
}
