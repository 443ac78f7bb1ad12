import { once } from 'node:events';
import http from 'node:http';
import net, { type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test, vi } from 'vitest';
import { BackendConnection } from '../../src/router/backend/backend-connection.ts';
import { AcceptedSocket } from '../../src/router/client/accepted-socket.ts';
import { ClientConnection } from '../../src/router/client/client-connection.ts';
import { Origin } from '../../src/router/client/origin.ts';
import { TrustedProxies } from '../../src/router/client/trusted-proxies.ts';
import { Deadlines } from '../../src/router/deadlines.ts';
import { readResponseHead } from '../../src/router/message/response-head.ts';
import { LiveBackend } from '../../src/router/routing/live-backend.ts';
import { ask, RouterFronts, unhurried } from '../harness/router-front.ts';

const soon = { timeout: 20_000, interval: 10 };

const fronts = new RouterFronts();
afterEach(() => fronts.close());

/** A connection, and what came of it so far; each byte is a character. */
function speak(port: number, text = '') {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.setEncoding('latin1').on('error', () => {});
  const told = { socket, answer: '', isClosed: false };
  socket.on('data', (part) => {
    told.answer += part;
  });
  socket.on('end', () => socket.end());
  socket.on('close', () => {
    told.isClosed = true;
  });
  fronts.atEnd(() => socket.destroy());
  if (text !== '') socket.write(text, 'latin1');
  return told;
}

async function send(port: number, text: string): Promise<string> {
  const told = speak(port, text);
  await vi.waitUntil(() => told.isClosed, soon);
  return told.answer;
}

const webSocket = ask('GET', 'Connection: Upgrade\r\nUpgrade: websocket\r\n');
const agreed = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

test('empty lines without end fill no memory, and a request behind them is read', async () => {
  const backend = http.createServer((_, response) => response.end('here'));
  const { port } = await fronts.open(backend);
  const told = speak(port);
  await once(told.socket, 'connect');
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  const kept = () => {
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const before = kept();
  const lines = Buffer.from('\r\n'.repeat(500_000));
  for (let count = 0; count < 40; count++) {
    await new Promise((resolve) => told.socket.write(lines, resolve));
  }
  expect(kept() - before).toBeLessThan(25_000_000);
  told.socket.write(ask('GET', 'Connection: close\r\n'));
  await vi.waitUntil(() => told.isClosed, soon);
  expect(told.answer).toMatch(/^HTTP\/1\.1 200 .*here$/s);
});

test('what is sent behind a request for a WebSocket arrives, also when others send meanwhile', async () => {
  const heard: string[] = [];
  const asked: Socket[] = [];
  const backend = net.createServer((socket) => {
    socket.setEncoding('latin1');
    socket.once('data', () => {
      asked.push(socket);
      socket.on('data', (part: string) => heard.push(part));
    });
  });
  const { port } = await fronts.open(backend);
  speak(port, `${webSocket}the first frame`);
  await vi.waitUntil(() => asked.length === 1, soon);
  const other = await send(port, `GET / HTTP/1.0\r\nA: ${'x'.repeat(2_000)}\r\n\r\n`);
  expect(other).toMatch(/^HTTP\/1\.1 404 /);
  asked[0]?.write(agreed);
  await vi.waitUntil(() => heard.join('').length >= 15, soon);
  expect(heard.join('')).toBe('the first frame');
});

test('what follows a large request for a WebSocket waits for the backend to agree', async () => {
  let heard = '';
  const asked: Socket[] = [];
  const backend = net.createServer((socket) => {
    socket.setEncoding('latin1').on('data', (part: string) => {
      heard += part;
      if (heard.endsWith('\r\n\r\n')) asked.push(socket);
    });
  });
  const { port } = await fronts.open(backend);
  // With what the router adds, longer than what a socket takes without a pause.
  const head = webSocket.replace('Upgrade: ', `A: ${'a'.repeat(16_240)}\r\nUpgrade: `);
  const told = speak(port, head);
  await vi.waitUntil(() => asked.length === 1, soon);
  await new Promise((resolve) => told.socket.write('frame', resolve));
  await send(port, 'GET / HTTP/1.0\r\n\r\n');
  asked[0]?.write(agreed);
  await vi.waitUntil(() => told.answer.includes('101'), soon);
  told.socket.write('!');
  await vi.waitUntil(() => heard.endsWith('!'), soon);
  expect(heard).toMatch(/\r\n\r\nframe!$/);
});

test('a WebSocket whose client has left ends, also when the backend does not close its side', async () => {
  const backend = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.once('data', () => socket.write(agreed));
    socket.resume();
  });
  const ended = new Promise((resolve) =>
    backend.on('connection', (socket: Socket) => socket.on('close', resolve)),
  );
  const { port } = await fronts.open(backend, { patience: { head: 1_000 } });
  const told = speak(port, webSocket);
  await vi.waitUntil(() => told.answer.includes('101'), soon);
  told.socket.end();
  await vi.waitUntil(() => told.isClosed, soon);
  fronts.close();
  await ended;
});

test.each([
  ['that does not say it of its connection', 'HTTP/1.1'],
  ['of HTTP/1.0', 'HTTP/1.0'],
])('a request for a WebSocket %s is a request like any', async (_, version) => {
  const backend = http.createServer((request, response) => response.end(`${request.headers.upgrade}`));
  backend.on('upgrade', (_request, socket) => socket.end(agreed));
  const connection = version === 'HTTP/1.0' ? 'Connection: upgrade\r\n' : 'Connection: close\r\n';
  const { port } = await fronts.open(backend);
  const answer = await send(
    port,
    `GET / ${version}\r\nHost: shop.localhost\r\n${connection}Upgrade: websocket\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 .*undefined/s);
});

test('an answer that a client takes slowly arrives whole before its connection ends', async () => {
  const large = Buffer.alloc(24_000_000, 'x');
  const deadlines = new Deadlines(20);
  fronts.atEnd(() => deadlines.close());
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    const accepted = new AcceptedSocket(socket);
    const origin = new Origin(accepted.socket, new TrustedProxies([]));
    const patience = { ...unhurried, close: 50 };
    new ClientConnection({
      ...{ accepted, origin, deadlines, patience, gone() {} },
      serve({ head, answer }) {
        const text = `HTTP/1.1 200 OK\r\nContent-Length: ${head.path === '/large' ? large.length : 0}`;
        answer.begin(readResponseHead(`${text}\r\n`, 'GET'), true);
        if (head.path === '/large') answer.body(large);
        answer.end([]);
        answer.flush();
      },
    });
  });
  const port = await fronts.listening(server);
  const slow = speak(port, 'GET /large HTTP/1.0\r\n\r\n');
  await vi.waitUntil(() => slow.answer !== '', soon);
  slow.socket.pause();
  // One that has it all and does not close its side is given up. The other has not had it all.
  const idle = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  fronts.atEnd(() => idle.destroy());
  idle.on('error', () => {}).write('GET / HTTP/1.0\r\n\r\n');
  idle.resume();
  await once(idle, 'end');
  // Nobody is there any more when what is sent breaks the connection.
  const probe = setInterval(() => idle.write('x'), 20);
  await vi.waitUntil(() => idle.destroyed, soon).finally(() => clearInterval(probe));
  slow.socket.resume();
  await vi.waitUntil(() => slow.isClosed, soon);
  expect(slow.answer.length).toBeGreaterThan(large.length);
});

test('a router that ends serves the requests that are on their way to it', async () => {
  const backend = http.createServer((_, response) => response.end('here'));
  const { port, front: made } = await fronts.open(backend);
  const [fresh, half] = [speak(port), speak(port, 'GET / HTTP/1.1\r\nHost: shop.')];
  const kept = speak(port, ask('GET'));
  await vi.waitUntil(() => kept.answer.includes('here'), soon);
  const closed = made.close(20_000);
  half.socket.write('localhost\r\n\r\n');
  fresh.socket.write(ask('GET'));
  await vi.waitUntil(() => kept.isClosed, soon);
  await closed;
  await vi.waitUntil(() => fresh.isClosed && half.isClosed, soon);
  for (const { answer } of [fresh, half]) {
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*\r\nConnection: close\r\n.*here$/s);
  }
});

test('a router that ends lets an answer leave that was complete in this moment', async () => {
  const backend = http.createServer((_, response) => response.end('here'));
  const { port, front: made, measures } = await fronts.open(backend);
  const count = measures.count.bind(measures);
  let closed: Promise<void> | undefined;
  // Behind the bytes of the answer, and before it leaves at the end of the turn.
  measures.count = (...counted) => {
    count(...counted);
    process.nextTick(() => {
      closed = made.close(20_000);
    });
  };
  const told = speak(port, ask('GET'));
  await vi.waitUntil(() => told.isClosed, soon);
  await closed;
  expect(told.answer).toMatch(/^HTTP\/1\.1 200 .*here$/s);
});

test('a client is not told to go on in the middle of an answer', async () => {
  const backend = net.createServer((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 401 Unauthorized\r\nContent-Length: 10\r\n\r\nhalf, ');
      setTimeout(() => socket.write('half'), 1_500);
    });
  });
  const { port } = await fronts.open(backend);
  const answer = await send(port, ask('POST', 'Expect: 100-continue\r\nContent-Length: 5\r\n'));
  expect(answer).toMatch(/^HTTP\/1\.1 401 .*\r\n\r\nhalf, half$/s);
});

test('a backend that does not take a body in time is to blame, not the client', async () => {
  const backend = net.createServer((socket) => socket.pause());
  const { port, measures } = await fronts.open(backend, { patience: { head: 1_500 } });
  const told = speak(port, ask('POST', 'Content-Length: 50000000\r\n'));
  for (let count = 0; count < 50; count++) told.socket.write(Buffer.alloc(1_000_000));
  await vi.waitUntil(() => told.answer !== '', soon);
  expect(told.answer).toMatch(/^HTTP\/1\.1 504 /);
  expect(measures.totals()).toMatchObject([{ requests: 1, errors: 1 }]);
});

test('nobody can say where a request came from by a name with an underscore', async () => {
  const backend = http.createServer((request, response) => response.end(JSON.stringify(request.headers)));
  const { port } = await fronts.open(backend);
  const forged =
    'X_Forwarded_For: 6.6.6.6\r\nX-Forwarded_Proto: https\r\nX_Other: 1\r\nConnection: close\r\n';
  const heard = JSON.parse(/\{.*\}/.exec(await send(port, ask('GET', forged)))?.[0] ?? '{}');
  expect(Object.keys(heard).filter((name) => name.includes('_'))).toEqual(['x_other']);
  expect(heard['x-forwarded-for']).toBe('127.0.0.1');
});

test('an answer without a body that has one after all is not taken for the next', async () => {
  let connections = 0;
  const backend = net.createServer((socket) => {
    connections += 1;
    const mine = connections;
    socket.on('data', () =>
      socket.write(
        mine === 1
          ? 'HTTP/1.1 204 No Content\r\nContent-Length: 40\r\n\r\n'
          : 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmine',
      ),
    );
  });
  const { port } = await fronts.open(backend);
  const told = speak(port, ask('GET'));
  await vi.waitUntil(() => told.answer.includes('204'), soon);
  told.socket.write(ask('GET', 'Connection: close\r\n'));
  await vi.waitUntil(() => told.isClosed, soon);
  expect(told.answer).toMatch(/mine$/);
  expect(connections).toBe(2);
});

test('a connection that a backend closes in this moment carries no request that cannot be sent twice', async () => {
  const backend = new LiveBackend(
    { instance: 'one', address: '127.0.0.1', port: await fronts.listening(net.createServer()) },
    { onEmpty() {}, onSuspect() {} },
  );
  const deadlines = new Deadlines(20);
  fronts.atEnd(() => deadlines.close());
  const silent = { bytes() {}, drained() {}, ended() {}, silent() {}, failed() {} };
  const connection = await new Promise<BackendConnection>((resolve) => {
    const made: BackendConnection = new BackendConnection(
      backend,
      { ...silent, connected: () => resolve(made) },
      deadlines,
    );
  });
  connection.release(0, undefined);
  connection.destroy();
  expect(backend.takeIdle(0, 1_000)).toBeUndefined();
});

test('a client of HTTP/1.0 does not take a part of an answer for all of it', async () => {
  const asked: Socket[] = [];
  const backend = net.createServer((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n');
      asked.push(socket);
    });
  });
  const { port } = await fronts.open(backend);
  const told = speak(port, 'GET / HTTP/1.0\r\nHost: shop.localhost\r\n\r\n');
  let fault: NodeJS.ErrnoException | undefined;
  told.socket.on('error', (error) => {
    fault = error;
  });
  await vi.waitUntil(() => told.answer.endsWith('part'), soon);
  asked[0]?.end();
  await vi.waitUntil(() => told.isClosed, soon);
  expect(fault?.code).toBe('ECONNRESET');
});

test('bodies of all sizes around that of a read arrive, and so does what is behind them', async () => {
  const backend = http.createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    response.end(Buffer.concat(parts));
  });
  const { port } = await fronts.open(backend);
  for (const size of [0, 1, 8_191, 8_192, 8_193, 65_535, 65_536, 65_537]) {
    const text = 'y'.repeat(size);
    const inChunks = `${size > 0 ? `${size.toString(16)}\r\n${text}\r\n` : ''}0\r\n\r\n`;
    const answer = await send(
      port,
      `${ask('POST', `Content-Length: ${size}\r\n`)}${text}${ask('PUT', 'Transfer-Encoding: chunked\r\n')}${inChunks}${ask('GET', 'Connection: close\r\n')}`,
    );
    const found = answer.split(/HTTP\/1\.1 200 /).slice(1);
    expect(found.map((one) => one.split('y').length - 1)).toEqual([size, size, 0]);
  }
});
