import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { routerProgram } from '../../src/processes/index.ts';
import { RouterProcess } from '../router/router-process.ts';
import { freePort } from './free-port.ts';
import type { TestServer } from './server.ts';

/** One request through a router. */
export interface RoutedCall {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  /** Requests of one agent share its connections; by default each has its own. */
  readonly agent?: http.Agent;
}

/** What came back, read to its end. */
export interface RoutedAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  readonly text: string;
}

/** A real router process of a test. */
export interface TestRouter {
  /** Like `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly process: RouterProcess;
  /** Asks for a path of a host name, like `call('production.localhost', '/health')`. */
  call(host: string, path?: string, call?: RoutedCall): Promise<RoutedAnswer>;
  /** Ends it at once, as `kill -9` does, and starts it again on the same state and port. */
  crash(): Promise<void>;
  /** Ends it politely. */
  close(): Promise<void>;
}

/**
 * Starts a router of this server on a port of its own, and resolves when it routes by the server's table. Close it
 * before the server.
 */
export async function startRouter(server: TestServer): Promise<TestRouter> {
  const token = randomBytes(32).toString('base64url');
  await server.server.parts.engine.routers.admit(token);
  const router = await startRouterAt(
    server.url,
    token,
    join(server.data, 'routers', randomBytes(4).toString('hex')),
  );
  await router.process.logged('routes by the table of');
  return router;
}

/** Starts a router that follows any server of the router protocol; resolves when its port is open. */
export async function startRouterAt(
  server: string,
  token: string,
  folder: string,
  options: readonly string[] = [],
): Promise<TestRouter> {
  await mkdir(folder, { recursive: true });
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, token);
  const program = await routerProgram(folder);
  const state = join(folder, 'state');
  const told = ['--server', server, '--token-file', tokenFile, '--state', state, ...options];
  const port = String(await freePort());
  let process = new RouterProcess(program, state, [...told, '--port', port]);
  const url = await process.address();

  return {
    url,
    get process() {
      return process;
    },
    call: (host, path = '/', call = {}) => callRouter(url, host, path, call),
    async crash() {
      await process.kill('SIGKILL');
      process = new RouterProcess(program, state, [...told, '--port', port]);
      await process.address();
    },
    async close() {
      await process.kill('SIGTERM');
    },
  };
}

function callRouter(url: string, host: string, path: string, call: RoutedCall): Promise<RoutedAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = http.request({
      host: hostname,
      port,
      path,
      method: call.method ?? 'GET',
      headers: { host, ...call.headers },
      agent: call.agent ?? false,
    });
    request.once('error', reject);
    request.once('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          trailers: response.trailers,
          text: Buffer.concat(parts).toString('utf8'),
        }),
      );
    });
    request.end(call.body);
  });
}
