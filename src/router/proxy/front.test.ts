import { once } from 'node:events';
import http from 'node:http';
import net, { type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { ask, RouterFronts, silentBackend } from '../../../test/harness/router-front.ts';

const fronts = new RouterFronts();
afterEach(() => fronts.close());

/** Sends a text and resolves with all that came until the end of the connection, however it ended. */
async function send(port: number, text: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  socket.write(text);
  let answer = '';
  socket.on('data', (part) => {
    answer += part;
  });
  socket.on('error', () => {});
  await once(socket, 'close');
  return answer;
}

test('a client that does not come to the end of its head is answered 408', async () => {
  const { port } = await fronts.open(silentBackend(), { patience: { request: 100 } });
  expect(await send(port, 'GET / HTTP/1.1\r\nHost: shop.loc')).toMatch(/^HTTP\/1\.1 408 /);
});

test('a backend that does not answer in time is given up with 504', async () => {
  const { port } = await fronts.open(silentBackend(), { patience: { head: 100 } });
  expect(await send(port, ask('GET', 'Connection: close\r\n'))).toMatch(/^HTTP\/1\.1 504 /);
});

test('a client that does not send the rest of its body is answered 408', async () => {
  const { port } = await fronts.open(silentBackend(), { patience: { head: 100 } });
  const answer = await send(port, `${ask('POST', 'Content-Length: 10\r\n')}half`);
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
});

test('an answer that stops coming ends its connection, so that nobody takes the part for all', async () => {
  const backend = net.createServer((socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'));
  });
  const { port } = await fronts.open(backend, { patience: { idle: 100 } });
  expect(await send(port, ask('GET'))).toMatch(/^HTTP\/1\.1 200 OK.*\r\n\r\nhalf$/s);
});

test('a balancer that is believed has its own caller passed on, with itself behind; another has not', async () => {
  const shows = () => http.createServer((request, response) => response.end(JSON.stringify(request.headers)));
  const forwarded =
    'X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 7.7.7.7\r\nForwarded: for=7.7.7.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example.com\r\nConnection: close\r\n';
  const heard = async (trusted: readonly string[]) => {
    const { port } = await fronts.open(shows(), { trusted });
    const answer = await send(port, ask('GET', forwarded));
    return JSON.parse(/\{.*\}/.exec(answer)?.[0] ?? '{}');
  };
  expect(await heard(['127.0.0.0/8'])).toMatchObject({
    ...{ 'x-forwarded-for': '6.6.6.6, 7.7.7.7, 127.0.0.1', 'x-forwarded-proto': 'https' },
    ...{ 'x-forwarded-host': 'shop.example.com', forwarded: 'for=7.7.7.7, for=127.0.0.1' },
  });
  const heardOfStranger = await heard(['10.0.0.0/8']);
  expect(heardOfStranger.forwarded).toBeUndefined();
  expect(heardOfStranger).toMatchObject({
    ...{ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' },
    'x-forwarded-host': 'shop.localhost',
  });
});

test.each([
  ['HEAD', 'HTTP/1.1', 'Transfer-Encoding: chunked\r\n', ''],
  ['GET', 'HTTP/1.1', 'Content-Length: 5\r\n', 'hello'],
  ['GET', 'HTTP/1.0', 'Transfer-Encoding: chunked\r\n', '5\r\nhello\r\n0\r\nx-sum: 5\r\n\r\n'],
])('an answer to %s %s that announces trailers and cannot have any is passed on', async (...asked) => {
  const [method, version, framing, body] = asked;
  const backend = net.createServer((socket) => {
    socket.once('data', () =>
      socket.write(`HTTP/1.1 200 OK\r\nTrailer: x-sum\r\nTrailer: x-more\r\n${framing}\r\n${body}`),
    );
  });
  const { port } = await fronts.open(backend);
  const answer = await send(
    port,
    `${method} / ${version}\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(answer).not.toMatch(/^trailer/im);
  if (body !== '') expect(answer).toContain('hello');
});

test('hints before an answer are passed on to clients that can know them', async () => {
  const backend = net.createServer((socket) => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n';
    socket.on('data', () => socket.write(`${hints}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`));
  });
  const { port } = await fronts.open(backend);
  expect(await send(port, ask('GET', 'Connection: close\r\n'))).toMatch(
    /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a.css>\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
  );
  expect(await send(port, 'GET / HTTP/1.0\r\nHost: shop.localhost\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 200 OK\r\n/,
  );
});

test('an answer that comes before the whole request is passed on, and the next request is found behind the rest', async () => {
  const backend = http.createServer((request, response) => {
    if (request.method === 'POST') response.writeHead(413).end('too large');
    else response.end('next');
  });
  const { port } = await fronts.open(backend);
  const socket = net.connect(port, '127.0.0.1');
  let answers = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    answers += part;
  });
  socket.write(`${ask('POST', 'Content-Length: 3000000\r\n')}${'x'.repeat(1_000_000)}`);
  await vi.waitUntil(() => answers.includes('too large'), { timeout: 20_000 });
  socket.write(`${'x'.repeat(2_000_000)}${ask('GET', 'Connection: close\r\n')}`);
  await once(socket, 'close');
  expect(answers).toMatch(/^HTTP\/1\.1 413 .*too large.*HTTP\/1\.1 200 OK\r\n.*next/s);
});

test('a client that leaves takes the request to the backend with it', async () => {
  const backend = net.createServer();
  const asked = once(backend, 'connection') as Promise<[Socket]>;
  const client = net.connect((await fronts.open(backend)).port, '127.0.0.1');
  client.write(ask('GET'));
  const [socket] = await asked;
  const left = once(socket, 'close');
  await once(socket, 'data');
  client.destroy();
  await left;
});

/** Bytes that are different everywhere, so that a piece in the wrong place shows. */
const bytesOf = (seed: number, length: number) => {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE((at * 2_654_435_761 + seed) >>> 0, at);
  return bytes;
};

test('large bodies arrive as they left, also when both sides take them slowly and many pass at once', async () => {
  const length = 3_000_000;
  const backend = http.createServer(async (request, response) => {
    const seed = Number(request.headers['x-seed']);
    const sent = bytesOf(seed, length);
    if (request.headers['x-framing'] === 'length') response.setHeader('content-length', length);
    const heard: Buffer[] = [];
    for await (const part of request) {
      heard.push(part);
      if (heard.length % 8 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    response.setHeader('x-heard', String(Buffer.concat(heard).equals(sent)));
    response.end(sent);
  });
  const { port } = await fronts.open(backend);
  const exchange = async (seed: number, framing: string) => {
    const body = bytesOf(seed, length);
    const headers = {
      ...{ host: 'shop.localhost', 'x-seed': seed, 'x-framing': framing },
      ...(framing === 'length' ? { 'content-length': length } : {}),
    };
    const request = http.request({ port, host: '127.0.0.1', method: 'POST', headers });
    for (let at = 0; at < length; at += 100_000) request.write(body.subarray(at, at + 100_000));
    request.end();
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    const parts: Buffer[] = [];
    for await (const part of response) {
      parts.push(part);
      if (parts.length % 8 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return [response.headers['x-heard'], Buffer.concat(parts).equals(body)];
  };
  const all = await Promise.all([1, 2, 3, 4].map((seed) => exchange(seed, seed % 2 ? 'length' : 'chunked')));
  expect(all).toEqual(all.map(() => ['true', true]));
});
