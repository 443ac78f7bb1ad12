import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backend, RoutingEntry } from '../../src/engine/router-protocol.ts';
import { startRouterAt, type TestRouter } from '../harness/router.ts';
import { deadBackend, httpBackend, rawBackend, type TestBackend } from './backend.ts';
import { TableServer } from './table-server.ts';

const server = new TableServer();
const opened: TestBackend[] = [];
let folder: string;
let router: TestRouter;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-router-'));
  await server.open();
  router = await startRouterAt(server.url, 'router-token', folder);
});
afterAll(async () => {
  await router.close();
  await server.close();
  for (const backend of opened) await backend.close();
  await rm(folder, { recursive: true, force: true });
});

async function backend(name: string, listener?: http.RequestListener): Promise<Backend> {
  const made = await httpBackend(name, listener);
  opened.push(made);
  return made.backend;
}

async function raw(name: string, listener: Parameters<typeof rawBackend>[1]): Promise<Backend> {
  const made = await rawBackend(name, listener);
  opened.push(made);
  return made.backend;
}

const route = (host: string, ...pools: [string, number, Backend[]][]): RoutingEntry => ({
  host,
  whenEmpty: '404 nobody is here yet',
  pools: pools.map(([pool, weight, backends]) => ({ pool, weight, backends })),
});

/** Sends bytes as they are, and resolves with all that comes back until the connection ends. */
function exchange(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(router.url);
    const socket = connect(Number(port), hostname, () => socket.write(text, 'latin1'));
    let answer = '';
    socket.on('data', (part) => {
      answer += part.toString('latin1');
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

test('a router without a table answers 503, and names itself with its token', async () => {
  expect(await router.call('shop.localhost')).toMatchObject({ status: 503 });
  await server.polled(({ applied }) => applied === 0);
  expect([...server.tokens]).toEqual(['Bearer router-token']);
  expect(server.polls.at(-1)).toMatchObject({ address: router.url, drained: 0 });
});

test('host names are found in any case, with a port and a dot at the end; others answer 404 and name the host', async () => {
  await server.put(route('shop.localhost', ['a', 100, [await backend('one')]]), route('empty.localhost'));
  for (const host of ['shop.localhost', 'SHOP.localhost:4680', 'Shop.Localhost.', 'shop.localhost.:80']) {
    expect(await router.call(host)).toMatchObject({ status: 200, text: 'one' });
  }
  expect(await router.call('no.localhost')).toMatchObject({
    status: 404,
    text: '404 no route for no.localhost\n',
  });
  const empty = await router.call('empty.localhost');
  expect(empty).toMatchObject({ status: 404, text: '404 nobody is here yet' });
  expect(empty.headers['content-type']).toContain('text/plain');
  expect(
    await exchange('GET http://shop.localhost/x HTTP/1.1\r\nHost: no.localhost\r\nConnection: close\r\n\r\n'),
  ).toContain('200 OK');
});

test('2,000 requests at weight 25 land within a point, and 0 and 100 are exact', async () => {
  const [old, fresh] = [await backend('old'), await backend('new')];
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  const share = async (requests: number) => {
    let hits = 0;
    await Promise.all(
      Array.from({ length: requests }, async () => {
        if ((await router.call('shop.localhost', '/', { agent })).text === 'new') hits += 1;
      }),
    );
    return hits / requests;
  };
  await server.put(route('shop.localhost', ['a', 75, [old]], ['b', 25, [fresh]]));
  expect(Math.abs((await share(2_000)) - 0.25)).toBeLessThanOrEqual(0.01);
  await server.put(route('shop.localhost', ['a', 100, [old]], ['b', 0, [fresh]]));
  expect(await share(300)).toBe(0);
  await server.put(route('shop.localhost', ['a', 0, [old]], ['b', 100, [fresh]]));
  expect(await share(300)).toBe(1);
  agent.destroy();
});

test('a request goes to another instance when no connection came about, and is answered 502 when there is none left', async () => {
  const dead = await deadBackend('dead');
  await server.put(
    route('shop.localhost', ['a', 100, [dead, await backend('alive')]]),
    route('dead.localhost', ['a', 100, [dead]], ['b', 0, [await backend('other pool')]]),
    route('ill.localhost', ['a', 100, []]),
  );
  for (let count = 0; count < 10; count++) {
    const answer = await router.call('shop.localhost', '/', { method: 'POST', body: 'once' });
    expect(answer).toMatchObject({ status: 200, text: 'alive' });
  }
  expect(await router.call('dead.localhost')).toMatchObject({
    status: 502,
    text: '502 no instance behind dead.localhost accepted the connection\n',
  });
  expect(await router.call('ill.localhost')).toMatchObject({
    status: 503,
    text: '503 no healthy instance behind ill.localhost\n',
  });
});

test('what was sent and not answered is repeated only when that is safe', async () => {
  let heard = 0;
  const closes = await raw('closes', (socket) => {
    let answered = false;
    socket.on('data', () => {
      heard += 1;
      if (answered) return void socket.destroy();
      answered = true;
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  await server.put(route('shop.localhost', ['a', 100, [closes]]));
  expect((await router.call('shop.localhost')).text).toBe('ok');
  // The kept connection closes when it is used again: the request comes a second time, on a new one.
  expect((await router.call('shop.localhost')).text).toBe('ok');
  expect(heard).toBe(3);
  expect((await router.call('shop.localhost', '/', { method: 'POST' })).status).toBe(502);
  expect(heard).toBe(4);
});

test('bodies stream both ways with lengths, chunks and trailers; heads without bodies stay without', async () => {
  const echo = await backend('echo', (request, response) => {
    response.writeHead(201, 'Made', {
      'x-method': request.method,
      trailer: 'x-sum',
      'set-cookie': ['a=1', 'b=2'],
    });
    request.on('end', () => response.addTrailers({ 'x-sum': 'seven' }));
    request.pipe(response);
  });
  const plain = await backend('plain', (request, response) => {
    response.writeHead(request.url === '/304' ? 304 : 200, { 'content-length': '5' });
    response.end(request.method === 'HEAD' || request.url === '/304' ? undefined : 'hello');
  });
  await server.put(
    route('echo.localhost', ['a', 100, [echo]]),
    route('plain.localhost', ['a', 100, [plain]]),
  );
  const body = Buffer.alloc(3_000_000, 'x');
  const answer = await router.call('echo.localhost', '/', { method: 'PUT', body });
  expect([answer.status, answer.text.length, answer.trailers['x-sum']]).toEqual([201, body.length, 'seven']);
  expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
  const chunked = { method: 'POST', body: 'in chunks', headers: { 'transfer-encoding': 'chunked' } };
  expect((await router.call('echo.localhost', '/', chunked)).text).toBe('in chunks');
  const head = await router.call('plain.localhost', '/', { method: 'HEAD' });
  expect([head.headers['content-length'], head.text]).toEqual(['5', '']);
  expect(await router.call('plain.localhost', '/304')).toMatchObject({ status: 304, text: '' });
  const expects = {
    method: 'POST',
    body: 'after 100',
    headers: { expect: '100-continue', 'content-length': '9' },
  };
  expect((await router.call('echo.localhost', '/', expects)).text).toBe('after 100');
});

test('a backend hears who asks, and nothing that belonged to the client’s connection', async () => {
  const shows = await backend('shows', (request, response) => response.end(JSON.stringify(request.headers)));
  await server.put(route('shop.localhost', ['a', 100, [shows]]));
  const { text } = await router.call('shop.localhost:4680', '/', {
    headers: {
      connection: 'keep-alive, x-private',
      'x-private': 'mine',
      'proxy-authorization': 'Basic x',
      'x-forwarded-for': '6.6.6.6',
      forwarded: 'for=6.6.6.6',
      'x-forwarded-proto': 'https',
      'x-kept': 'yes',
    },
  });
  expect(JSON.parse(text)).toEqual({
    host: 'shop.localhost:4680',
    'x-kept': 'yes',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'shop.localhost:4680',
    'x-forwarded-port': '4680',
  });
});

test('requests that two readers could understand in two ways are refused', async () => {
  await server.put(route('shop.localhost', ['a', 100, [await backend('one')]]));
  const refused = [
    'POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
    'GET / HTTP/1.1\r\nHost: shop.localhost\r\nHost: other.localhost\r\nConnection: close\r\n\r\n',
    'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: shop.localhost\r\nTransfer-Encoding: chunked, gzip\r\nConnection: close\r\n\r\n',
  ];
  for (const text of refused) expect(await exchange(text)).toMatch(/^HTTP\/1\.1 (400|501) /);
});

test('an answer that two readers could understand in two ways is answered 502, one that breaks off breaks off', async () => {
  const says = (answer: string) =>
    raw('says', (socket) => socket.once('data', () => socket.end(answer, 'latin1')));
  await server.put(
    route('two.localhost', [
      'a',
      100,
      [await says('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok')],
    ]),
    route('both.localhost', [
      'a',
      100,
      [await says('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')],
    ]),
    route('nonsense.localhost', ['a', 100, [await says('SSH-2.0-OpenSSH\r\n\r\n')]]),
    route('silent.localhost', ['a', 100, [await says('')]]),
    route('cut.localhost', ['a', 100, [await says('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf')]]),
    route('until.localhost', ['a', 100, [await says('HTTP/1.1 200 OK\r\n\r\nuntil the end')]]),
  );
  for (const host of ['two', 'both', 'nonsense', 'silent']) {
    expect((await router.call(`${host}.localhost`)).status).toBe(502);
  }
  await expect(router.call('cut.localhost')).rejects.toThrow();
  expect((await router.call('until.localhost')).text).toBe('until the end');
});

test('a WebSocket goes through, holds its old table until it ends, and a refusal reaches the client', async () => {
  const sockets = await httpBackend('ws');
  opened.push(sockets);
  sockets.server.on('upgrade', (request, socket) => {
    if (request.url === '/no')
      return void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello ',
    );
    socket.pipe(socket);
  });
  await server.put(route('ws.localhost', ['a', 100, [sockets.backend]]));
  const ask = (path: string) => {
    const { hostname, port } = new URL(router.url);
    return http.request({
      host: hostname,
      port,
      path,
      headers: {
        host: 'ws.localhost',
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
      },
    });
  };
  const refused = await new Promise<http.IncomingMessage>((resolve) =>
    ask('/no').on('response', resolve).end(),
  );
  expect(refused.statusCode).toBe(403);
  refused.resume();
  const { socket, early } = await new Promise<{ socket: Socket; early: string }>((resolve) => {
    ask('/')
      .on('upgrade', (_, socket, head) => resolve({ socket, early: head.toString() }))
      .end();
  });
  const heard = new Promise<string>((resolve) => {
    let text = early;
    socket.on('data', (part) => {
      text += part;
      if (text.endsWith('you')) resolve(text);
    });
  });
  socket.write('you');
  expect(await heard).toBe('hello you');
  const version = await server.put(route('ws.localhost', ['b', 100, [await backend('next')]]));
  expect(server.polls.at(-1)).toMatchObject({ applied: version, drained: version - 1 });
  socket.destroy();
  await server.polled(({ drained }) => drained === version);
});

test('a change is in use at once, old requests end where they began, and then they are drained', async () => {
  let finish = () => {};
  let tellBegun = () => {};
  const begun = new Promise<void>((resolve) => {
    tellBegun = resolve;
  });
  const old = await backend('slow', (_, response) => {
    response.write('begun, ');
    finish = () => response.end('ended');
    tellBegun();
  });
  const next = await backend('next');
  await server.put(route('shop.localhost', ['a', 100, [old]]));
  const slow = router.call('shop.localhost');
  await begun;
  const version = await server.put(route('shop.localhost', ['b', 100, [next]]));
  expect((await router.call('shop.localhost')).text).toBe('next');
  expect(server.polls.at(-1)?.drained).toBeLessThan(version);
  finish();
  expect((await slow).text).toBe('begun, ended');
  await server.polled(({ drained }) => drained === version);
});

test('it routes on without a server, also after kill -9, and follows again when the server is back', async () => {
  await server.put(route('shop.localhost', ['a', 100, [await backend('kept')]]));
  const id = server.polls.at(-1)?.router;
  await server.close();
  expect((await router.call('shop.localhost')).text).toBe('kept');
  await router.crash();
  expect((await router.call('shop.localhost')).text).toBe('kept');
  await server.open();
  await server.put(route('shop.localhost', ['a', 100, [await backend('newer')]]));
  expect((await router.call('shop.localhost')).text).toBe('newer');
  expect(server.polls.at(-1)?.router).toBe(id);
  const stored = JSON.parse(await readFile(join(router.process.state, 'table.json'), 'utf8'));
  expect(stored.version).toBe(server.polls.at(-1)?.applied);
});

test('its own pages are for callers on this machine, and what it measured reaches the server once', async () => {
  const bad = await backend('bad', (_, response) => response.writeHead(500).end());
  await server.put(route('bad.localhost', ['p', 100, [bad]]));
  await router.call('bad.localhost');
  const own = new URL(router.url).host;
  expect((await router.call(own, '/-/healthz')).status).toBe(200);
  expect((await router.call(own, '/-/metrics')).text).toContain(
    'slipway_router_errors_total{host="bad.localhost",pool="p"} 1\n',
  );
  expect((await router.call('bad.localhost', '/-/healthz')).status).toBe(500);
  // What was not told yet is told at the end.
  expect(await router.process.kill('SIGTERM')).toBe(0);
  const told = server.measures
    .flatMap(({ measures }) => measures)
    .filter(({ host }) => host === 'bad.localhost');
  expect(told.reduce((sum, { requests }) => sum + requests, 0)).toBe(2);
  expect(
    told.every(({ pool, at, requests, errors }) => pool === 'p' && at % 10_000 === 0 && errors === requests),
  ).toBe(true);
});
