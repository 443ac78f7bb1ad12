import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ResponseHead, readResponseHead } from '../message/response-head.ts';
import { ResponseReader } from './response-reader.ts';

/** Reads an answer that comes in pieces of these sizes. */
function read(text: string, sizes: readonly number[], method = 'GET') {
  const bytes = Buffer.from(text, 'latin1');
  let head: ResponseHead | undefined;
  let body = '';
  const interim: number[] = [];
  let ended: readonly string[] | undefined;
  const reader = new ResponseReader(method, {
    interim: ({ status }) => interim.push(status),
    head: (found) => {
      head = found;
    },
    body: (part) => {
      body += part.toString('latin1');
    },
    end: (trailers) => {
      ended = trailers;
    },
  });
  let rest = '';
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    rest += reader.read(bytes.subarray(at, at + size))?.toString('latin1') ?? '';
    at += size;
  }
  return { status: head?.status, lines: head?.lines, framing: head?.framing, body, interim, ended, rest };
}

const answers: readonly [string, string][] = [
  ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello', 'hello'],
  ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 'hello'],
  [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n',
    'hello world',
  ],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 2\r\n\r\n', 'ok'],
  ['HTTP/1.1 204 No Content\r\n\r\n', ''],
  ['HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n', ''],
  ['HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n', ''],
];

test('an answer is the same however its bytes are cut', () => {
  for (const [text, body] of answers) {
    const whole = read(text, [text.length]);
    expect(whole.body).toBe(body);
    expect(whole.ended).toBeDefined();
    expect(read(text, [1])).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (sizes) => {
        expect(read(text, sizes)).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  }
});

test('bytes behind the end of an answer are told apart from it', () => {
  expect(read('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK', [1000])).toMatchObject({
    body: 'ok',
    rest: 'HTTP/1.1 200 OK',
  });
  expect(read('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nfirst', [1000])).toMatchObject({
    status: 101,
    rest: 'first',
  });
});

test('trailers come with the end', () => {
  expect(read(answers[3]?.[0] as string, [3]).ended).toEqual(['X-Sum: 2']);
});

test.each([
  ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2', 'two lengths'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 1, 1', 'no number'],
  ['HTTP/1.1 200 OK\r\nContent-Length: +1', 'no number'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 0x1', 'no number'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked', 'a length and a transfer coding'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked', 'unknown'],
  ['HTTP/1.1 200 OK\r\nA: b\r\n folded', 'malformed'],
  ['HTTP/1.1 200 OK\r\nA : b', 'malformed'],
  ['HTTP/1.1 200 OK\r\nA: b\nB: c', 'malformed'],
  ['HTTP/1.1 200 OK\r\nA: \0', 'malformed'],
  ['HTTP/2 200', 'status line'],
  ['HTTP/1.1 20', 'status line'],
])('the head %j is refused: it has %s', (text, reason) => {
  expect(() => readResponseHead(`${text}\r\n`, 'GET')).toThrow(reason);
});

test.each(['5\nhello\r\n', 'g\r\n', '5 5\r\n', '2\r\nokay\r\n', '-1\r\n', `${'1'.repeat(300)}\r\n`])(
  'the chunk %j is refused',
  (chunk) => {
    expect(() => read(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`, [1000])).toThrow();
  },
);

test('a head that does not end is refused before it fills memory', () => {
  expect(() => read(`HTTP/1.1 200 OK\r\nA: ${'a'.repeat(70_000)}`, [16_384])).toThrow('longer than 65536');
});

test('what concerned the connection only is left out, and decides over its next use', () => {
  const head = readResponseHead(
    'HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop\r\nKeep-Alive: timeout=5, max=9\r\nX-Hop: 1\r\nX-A: b\r\nContent-Length: 0\r\n',
    'GET',
  );
  expect(head).toMatchObject({
    lines: 'X-A: b\r\nContent-Length: 0\r\n',
    isKeptAlive: true,
    keptSeconds: 5,
  });
  expect(
    readResponseHead('HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n', 'GET').isKeptAlive,
  ).toBe(false);
  expect(readResponseHead('HTTP/1.0 200 OK\r\nContent-Length: 0\r\n', 'GET').isKeptAlive).toBe(false);
  expect(readResponseHead('HTTP/1.1 200 OK\r\n', 'GET').isKeptAlive).toBe(false);
  expect(readResponseHead('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n', 'HEAD').framing).toEqual({
    kind: 'none',
  });
});

test('a header of blanks that ends wrongly is read once, not once for each blank', () => {
  const text = `HTTP/1.1 200 OK\r\nX: ${' '.repeat(60_000)}\x01\r\n\r\n`;
  // Twenty times two billion steps would not end within the time of a test.
  for (let count = 0; count < 20; count++) expect(() => read(text, [65_536])).toThrow('malformed header');
});
