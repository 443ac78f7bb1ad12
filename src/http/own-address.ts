import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Gives the URL under which the server routes a request. */
export type Rewrite = (request: Pick<IncomingMessage, 'url' | 'headers'>) => string;

/**
 * Lets a host name of its own serve what lies below `prefix` on all others, without it in its URLs. A path in `base`
 * stands for the prefix; other paths of that host stay what they are. URLs that have the prefix keep it.
 */
export function serveHostBelow(prefix: string, base: string): Rewrite {
  const { host, pathname } = new URL(base);
  const own = pathname === '/' ? '' : pathname;
  return ({ url = '/', headers }) => {
    if (headers.host?.toLowerCase() !== host || !url.startsWith(`${own}/`)) return url;
    return below(prefix, url.slice(own.length));
  };
}

/** Opens a port that serves nothing but what lies below `prefix`, without it in its URLs. */
export async function openPortBelow(
  app: FastifyInstance,
  prefix: string,
  { host, port, tls }: { host: string; port: number; tls?: { cert: string; key: string } | undefined },
): Promise<{ port: number; close(): Promise<void> }> {
  const answer: RequestListener = (request, response) => {
    request.url = below(prefix, request.url ?? '/');
    app.routing(request, response);
  };
  const server = tls ? createSecureServer(tls, answer) : createServer(answer);
  server.headersTimeout = app.server.headersTimeout;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function below(prefix: string, url: string): string {
  return url.startsWith(`${prefix}/`) ? url : `${prefix}${url}`;
}
