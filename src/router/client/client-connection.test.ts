import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Deadlines } from '../deadlines.ts';
import { framings } from '../message/body-framing.ts';
import { ChunkReader } from '../message/chunk-reader.ts';
import { AcceptedSocket } from './accepted-socket.ts';
import { ClientConnection, longestRequestHead } from './client-connection.ts';
import { Origin } from './origin.ts';
import { TrustedProxies } from './trusted-proxies.ts';

const patience = { request: 600_000, head: 600_000, idle: 600_000, close: 5_000 };
const deadlines = new Deadlines(20);
const served: net.Server[] = [];
let own: number;
let nodes: number;
/** What Node's server read, by the port of who sent it: behind a fault it does not answer what came before it. */
const heardByNode = new Map<number, (Understood & { isWhole: boolean })[]>();

/** What a reader made of a request. */
interface Understood {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  body: string;
}

/** Answers each request with what was understood of it, as a line of JSON. */
beforeAll(async () => {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
    const accepted = new AcceptedSocket(socket);
    const origin = new Origin(accepted.socket, new TrustedProxies([]));
    const gone = () => {};
    new ClientConnection({
      ...{ accepted, origin, deadlines, patience, gone },
      serve({ client, head, body, answer }) {
        const { method, path, host } = head;
        let text = '';
        const tell = () => answer.plain(200, `${JSON.stringify({ method, path, host, body: text })}\n`);
        if (!body) tell();
        else {
          const chunks = head.framing === framings.chunked ? new ChunkReader() : undefined;
          body.flow({
            write(part) {
              const bytes = Buffer.from(part as string, 'latin1');
              const take = (some: Buffer) => {
                text += some.toString('latin1');
              };
              if (chunks) chunks.read(bytes, take);
              else take(bytes);
              return true;
            },
          });
          const wait = setInterval(() => {
            if (!body.isComplete) return;
            clearInterval(wait);
            tell();
          }, 1);
          client.hears({ clientDrained() {}, clientLeft: () => clearInterval(wait) });
        }
      },
    });
  });
  own = await listening(server);
  nodes = await listening(
    http.createServer((request, response) => {
      const { method = '', url: path = '', headers, socket } = request;
      const one = { method, path, host: headers.host ?? '', body: '', isWhole: false };
      const port = socket.remotePort as number;
      heardByNode.set(port, [...(heardByNode.get(port) ?? []), one]);
      request.setEncoding('latin1').on('data', (part: string) => {
        one.body += part;
      });
      request.on('end', () => {
        one.isWhole = true;
        response.end();
      });
    }),
  );
});
afterAll(() => {
  deadlines.close();
  for (const server of served) server.close();
});

async function listening(server: net.Server): Promise<number> {
  served.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Sends a text in pieces, ends its side, and resolves with all that came back. */
async function send(port: number, text: string, sizes: readonly number[] = []): Promise<string> {
  return (await sendFrom(port, text, sizes)).answer;
}

/** The same, with the port it was sent from. */
async function sendFrom(port: number, text: string, sizes: readonly number[] = []) {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  socket.setEncoding('utf8').on('error', () => {});
  let answer = '';
  socket.on('data', (part) => {
    answer += part;
  });
  await once(socket, 'connect');
  const from = socket.localPort as number;
  let at = 0;
  for (const size of sizes) {
    socket.write(text.slice(at, at + size), 'latin1');
    at += size;
    await new Promise(setImmediate);
  }
  socket.end(text.slice(at), 'latin1');
  await once(socket, 'close');
  return { answer, from };
}

/** The requests that were understood, from their answers. */
function understood(answers: string): Understood[] {
  return [...answers.matchAll(/^\{"method":.*\}$/gm)].map(([line]) => JSON.parse(line));
}

const status = (answer: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
const get = (more = '', path = '/') => `GET ${path} HTTP/1.1\r\nHost: h\r\n${more}\r\n`;

test.each([
  ['a line that ends without a carriage return', 'GET / HTTP/1.1\nHost: h\n\n', 400],
  ['a greeting of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['a folded header', get('A: b\r\n folded\r\n'), 400],
  ['a blank before the colon', get('Content-Length : 5\r\n'), 400],
  ['a header without a name', get(': b\r\n'), 400],
  ['a byte of control in a header', get('A: \x01\r\n'), 400],
  ['a return without a feed in a header', get('A: b\rHost: other\r\n'), 400],
  ['two lengths, also when they are equal', get('Content-Length: 0\r\nContent-Length: 0\r\n'), 400],
  ['a list of lengths', get('Content-Length: 5, 5\r\n'), 400],
  ['a length with a sign', get('Content-Length: +5\r\n'), 400],
  ['a length and a transfer coding', get('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'), 400],
  ['a transfer coding in HTTP/1.0', 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
  ['an unknown transfer coding', get('Transfer-Encoding: gzip\r\n'), 501],
  [
    'a transfer coding in two lines',
    get('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'),
    501,
  ],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['two hosts', get('Host: other\r\n'), 400],
  ['a target that is no path', get('', 'elsewhere'), 400],
  ['a target with a user', get('', 'http://user@h/'), 400],
  ['a blank in the target', get('', '/a b'), 400],
  ['another version', 'GET / HTTP/2.0\r\n\r\n', 505],
  ['HTTP/0.9', 'GET /\r\n\r\n', 400],
  ['a tunnel', 'CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n', 405],
  ['an expectation that nobody knows', get('Expect: the-impossible\r\n'), 417],
  ['a head that is too long', get(`A: ${'a'.repeat(longestRequestHead)}\r\n`), 431],
  ['a head that is too long and has no end', `GET / HTTP/1.1\r\nA: ${'a'.repeat(longestRequestHead)}`, 431],
  ['a chunk without a size', `${get('Transfer-Encoding: chunked\r\n')}x\r\n`, 400],
])('%s is refused, and nothing behind it is read', async (_, text, expected) => {
  const answers = await send(own, text + get());
  expect(status(answers)).toBe(expected);
  expect(answers).toContain('Connection: close\r\n');
  expect(answers.match(/^HTTP\/1\.1 \d/gm)).toHaveLength(1);
});

test('requests are read however their bytes are cut, one behind the other, with empty lines between them', async () => {
  const text =
    get('', '/one') +
    '\r\n' +
    `POST /two HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello\r\n` +
    `POST /three HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n` +
    get('', '/four');
  const whole = understood(await send(own, text));
  expect(whole.map(({ path, body }) => [path, body])).toEqual([
    ['/one', ''],
    ['/two', 'hello'],
    ['/three', 'abcde'],
    ['/four', ''],
  ]);
  expect(
    understood(
      await send(
        own,
        text,
        Array.from(text, () => 1),
      ),
    ),
  ).toEqual(whole);
});

test('a request whose beginning came while the one before it was served is read on', async () => {
  const socket = net.connect({ port: own, host: '127.0.0.1' });
  let answers = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    answers += part;
  });
  socket.write(`POST /one HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET /tw`);
  await vi.waitUntil(() => understood(answers).length === 1, { timeout: 20_000 });
  socket.write('o HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
  await once(socket, 'close');
  expect(understood(answers).map(({ path }) => path)).toEqual(['/one', '/two']);
});

test('a connection is kept for as long as both sides say so', async () => {
  const answers = async (text: string) => (await send(own, text + get())).match(/HTTP\/1\.1 200/g)?.length;
  expect(await answers(get())).toBe(2);
  expect(await answers(get('Connection: Close\r\n'))).toBe(1);
  expect(await answers('GET / HTTP/1.0\r\n\r\n')).toBe(1);
  const old = 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n';
  expect(await answers(old)).toBe(2);
  expect(await send(own, old)).toContain('\r\nConnection: keep-alive\r\n');
});

test('an answer to HEAD has no body, and every answer has a date', async () => {
  const answer = await send(own, 'HEAD / HTTP/1.1\r\nHost: h\r\n\r\n');
  expect(answer).toMatch(/\r\nContent-Length: [1-9]\d*\r\n.*\r\nDate: \w{3}, [^\n]* GMT\r\n(.*\r\n)?\r\n$/s);
});

const word = fc.constantFrom(
  'a',
  'x-1',
  '5',
  'h',
  'chunked',
  'keep-alive',
  'close',
  '',
  ' ',
  '\t',
  '"',
  '\xe9',
  '0x5',
);
const header = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('Accept: */*\r\n', 'X-Empty:\r\n', 'X-Tab:\ta\t\r\n', 'TE: trailers\r\n'),
  },
  fc.constantFrom('Host: other\r\n', 'Connection: x-1, keep-alive\r\n', 'Upgrade: h2c\r\n'),
  fc
    .tuple(fc.constantFrom('Content-Length', 'content-length', 'Transfer-Encoding', 'X-1', 'Host'), word)
    .map(([name, value]) => `${name}: ${value}\r\n`),
);
const body = fc.constantFrom<[string, string]>(
  ['', ''],
  ['Content-Length: 5\r\n', 'hello'],
  ['Content-Length:  0 \r\n', ''],
  ['Transfer-Encoding: chunked\r\n', '5\r\nhello\r\n0\r\n\r\n'],
  ['transfer-encoding:Chunked\r\n', 'A;a="b"\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n'],
);
const request = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'),
    fc.constantFrom('/', '/a?b=%20', '*', 'http://other/x', '/\xe9', '//a'),
    fc.array(header, { maxLength: 3 }),
    body,
  )
  .map(
    ([method, path, headers, [framing, text]]) =>
      `${method} ${path} HTTP/1.1\r\nHost: h\r\n${headers.join('')}${framing}\r\n${text}`,
  );
// None that closes the connection: Node takes what comes behind it for a fault, and may not answer at all.
/** A byte put in, taken out or changed somewhere. */
const slip = fc.tuple(fc.nat(400), fc.constantFrom('\r', '\n', ' ', ':', '\0', '0', ';', 'a', ''), fc.nat(1));

test('whatever is served was understood as Node’s parser understands it, end and beginning', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: 3 }),
      fc.array(slip, { maxLength: 2 }),
      async (requests, slips) => {
        let text = requests.join('');
        for (const [place, byte, removed] of slips) {
          const at = place % text.length;
          text = text.slice(0, at) + byte + text.slice(at + removed);
        }
        const [mine, theirs] = await Promise.all([send(own, text), sendFrom(nodes, text)]);
        const there = heardByNode.get(theirs.from) ?? [];
        // Another connection may come from there.
        heardByNode.delete(theirs.from);
        const all = understood(mine);
        // Methods that Node does not know are passed on, and so are chunks without what it does not like at their sizes.
        const known = all.findIndex(
          ({ method }, index) => !http.METHODS.includes(method) || there[index]?.isWhole === false,
        );
        const here = known < 0 ? all : all.slice(0, known);
        // More may be refused here; what is not has to be the same.
        const absolute = ({ path }: Understood) => path.startsWith('http');
        const comparable = there.slice(0, here.length).map(({ isWhole: _, ...one }, index) => {
          const { path, host } = here[index] as Understood;
          return absolute(one) ? { ...one, path, host } : one;
        });
        expect(here).toEqual(comparable);
      },
    ),
    { numRuns: 150 },
  );
});
