import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readOptions } from '../../src/router/command-line.ts';
import { runRouter } from '../../src/router/router.ts';
import { startRouterAt, type TestRouter } from '../harness/router.ts';
import { httpBackend, rawBackend, type TestBackend } from './backend.ts';
import { TableServer } from './table-server.ts';

const server = new TableServer();
let folder: string;
let router: TestRouter;
let echo: TestBackend;
let crumbs: TestBackend;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-router-'));
  await server.open();
  echo = await httpBackend('echo', async (request, response) => {
    let text = `${request.method} ${request.headers.upgrade ?? 'plain'} ${request.headers['http2-settings'] ?? ''}`;
    for await (const part of request) text += part;
    response.end(text);
  });
  crumbs = await rawBackend('crumbs', (socket) => {
    const body = '40\r\n................................................................\r\n'.repeat(8_000);
    socket.once('data', () =>
      socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}0\r\n\r\n`),
    );
  });
  // A table of another shape, as another version of the program may have left it.
  await mkdir(join(folder, 'state'), { recursive: true });
  await writeFile(join(folder, 'state', 'table.json'), '{"version":3,"routes":[{"host":"shop.localhost"}]}');
  router = await startRouterAt(server.url, 'router-token', folder);
  await server.put(
    { host: 'shop.localhost', whenEmpty: '', pools: [{ pool: 'a', weight: 100, backends: [echo.backend] }] },
    {
      host: 'crumbs.localhost',
      whenEmpty: '',
      pools: [{ pool: 'a', weight: 100, backends: [crumbs.backend] }],
    },
  );
});
afterAll(async () => {
  await router.close();
  await server.close();
  await echo.close();
  await crumbs.close();
  await rm(folder, { recursive: true, force: true });
});

/** Sends one text after another over one connection, each when something came back; resolves with all that came. */
async function send(...texts: string[]): Promise<string> {
  const { hostname, port } = new URL(router.url);
  const socket = connect(Number(port), hostname);
  socket.write(texts.shift() ?? '');
  let answer = '';
  for await (const part of socket) {
    answer += part;
    const next = texts.shift();
    if (next !== undefined) socket.write(next);
  }
  return answer;
}

const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n';

test('a request that would like HTTP/2 is served as it is, with its body, and so are the next of its connection', async () => {
  const answers = await send(
    `POST / HTTP/1.1\r\nHost: shop.localhost\r\n${offer}Content-Length: 5\r\n\r\nhello`,
    `HEAD / HTTP/1.1\r\nHost: shop.localhost\r\n${offer}\r\n`,
    'GET / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n',
  );
  expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  expect(answers).toContain('POST plain hello');
  expect(answers).toContain('GET plain ');
});

test('requests that come without waiting for answers are answered in their order, also one that asks for another protocol', async () => {
  const request = (method: string, more: string, body = '') =>
    `${method} / HTTP/1.1\r\nHost: shop.localhost\r\n${more}\r\n${body}`;
  const answers = await send(
    request('POST', 'Content-Length: 5\r\n', 'first') +
      request('GET', offer) +
      request('POST', 'Transfer-Encoding: chunked\r\n', '5\r\nthird\r\n0\r\n\r\n') +
      request('GET', 'Connection: close\r\n'),
  );
  expect(answers.match(/(POST|GET) plain (first|third)?/g)).toEqual([
    'POST plain first',
    'GET plain ',
    'POST plain third',
    'GET plain ',
  ]);
});

test('what stands behind the colon of a Host is a port, or the name is not found', async () => {
  expect(await router.call('shop.localhost:4680')).toMatchObject({ status: 200 });
  expect(await router.call('shop.localhost:@evil.example')).toMatchObject({ status: 404 });
});

test('a client that waits to be told to send its body and gets an answer instead is not heard any more', async () => {
  const answer = await send(
    'POST / HTTP/1.1\r\nHost: no.localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n',
  );
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  expect(answer).toContain('Connection: close');
});

test('an answer in crumbs is passed on without a listener for each of them', async () => {
  const answer = await router.call('crumbs.localhost');
  expect(answer.text).toHaveLength(64 * 8_000);
  expect(router.process.log).not.toContain('MaxListenersExceededWarning');
});

test('what a client sends right behind its wish for a WebSocket reaches the backend once that agrees', async () => {
  const sockets = await rawBackend('early', (socket) => {
    let heard = '';
    socket.on('data', (part) => {
      heard += part;
      if (heard.endsWith('\r\n\r\n')) {
        // Other connections read meanwhile.
        setTimeout(() => {
          heard = '';
          socket.write(
            'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
          );
        }, 50);
      } else if (heard.length === 1_000) socket.end(heard);
    });
  });
  await server.put({
    ...{ host: 'early.localhost', whenEmpty: '' },
    pools: [{ pool: 'a', weight: 100, backends: [sockets.backend] }],
  });
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  const early = send(`GET / HTTP/1.1\r\nHost: early.localhost\r\n${upgrade}\r\n${'e'.repeat(1_000)}`);
  await send(`GET /${'x'.repeat(2_000)} HTTP/1.1\r\nHost: no.localhost\r\nConnection: close\r\n\r\n`);
  expect((await early).endsWith(`\r\n\r\n${'e'.repeat(1_000)}`)).toBe(true);
  await sockets.close();
});

test('an open WebSocket does not keep a router from ending', async () => {
  const sockets = await httpBackend('ws');
  sockets.server.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  });
  const own = new TableServer();
  await own.open();
  const state = join(folder, 'ending');
  const stop = new AbortController();
  let tell: (address: string) => void = () => {};
  const listening = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const options = [
    '--server',
    own.url,
    '--token-file',
    join(folder, 'token'),
    '--state',
    state,
    '--port',
    '0',
  ];
  const log = (line: string) => {
    const address = /^routes at (\S+)/.exec(line)?.[1];
    if (address) tell(address);
  };
  const running = runRouter(readOptions(options), log, stop.signal, 100);
  const url = await listening;
  await own.put({
    host: 'ws.localhost',
    whenEmpty: '',
    pools: [{ pool: 'a', weight: 100, backends: [sockets.backend] }],
  });
  const headers = { host: 'ws.localhost', connection: 'Upgrade', upgrade: 'websocket' };
  const [, socket] = (await once(http.get(url, { headers }), 'upgrade')) as [unknown, Socket];
  stop.abort();
  await running;
  socket.destroy();
  await own.close();
  await sockets.close();
});
