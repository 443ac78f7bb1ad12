// The program inside of a sample bundle (sample-bundle.ts): one HTTP server that shows what reached it. What it is told
// to do wrong stands in `sample.json` beside it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';

const sample = JSON.parse(readFileSync(new URL('./sample.json', import.meta.url), 'utf8'));
const port = Number(process.env.PORT);
let healthStatus = sample.health === 'status-500' ? 500 : 200;
let isEnding = false;
let isSilent = sample.health === 'slow';

const say = (text) => process.stdout.write(`${text}\n`);
say(`version ${sample.version} begins on port ${port}`);
if (sample.health === 'crash') {
  process.stderr.write('this version crashes\n');
  process.exit(sample.exitCode);
}

const answers = {
  '/': (_request, response) => response.end(sample.version),
  '/env': (_request, response) => json(response, process.env),
  '/health': (_request, response) => {
    if (isSilent) return;
    response.writeHead(healthStatus).end(healthStatus === 200 ? 'ok' : 'not well');
  },
  '/set-health': (_request, response, query) => {
    isSilent = query.get('silent') === 'true';
    healthStatus = Number(query.get('status') ?? 200);
    response.end('set');
  },
  '/instance': (_request, response) => json(response, { version: sample.version, port, pid: process.pid }),
  '/headers': (request, response) => json(response, request.headers),
  '/slow': (_request, response, query) => {
    setTimeout(() => response.end(sample.version), Number(query.get('ms') ?? 100));
  },
  '/status': (_request, response, query) => {
    response.writeHead(Number(query.get('code') ?? 500)).end(sample.version);
  },
  '/echo': (request, response) => {
    response.writeHead(200, { 'content-type': request.headers['content-type'] ?? 'text/plain' });
    request.pipe(response);
  },
  '/stream': (_request, response, query) => {
    let left = Number(query.get('pieces') ?? 3);
    const send = () => {
      if (left-- <= 0) return response.end();
      response.write(`piece of ${sample.version}\n`);
      setTimeout(send, Number(query.get('ms') ?? 20));
    };
    send();
  },
  '/say': (_request, response, query) => {
    process[query.get('stream') === 'stderr' ? 'stderr' : 'stdout'].write(`${query.get('text')}\n`);
    response.end('said');
  },
  '/crash': (_request, response, query) => {
    response.end('crashing', () => process.exit(Number(query.get('code') ?? 3)));
  },
};

function json(response, value) {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://sample');
  const answer = answers[url.pathname];
  response.setHeader('x-version', sample.version);
  // Once it is asked to end, a connection is of no use after its answer.
  response.on('finish', () => isEnding && request.socket.end());
  if (answer) answer(request, response, url.searchParams);
  else response.writeHead(404).end('not found');
});

// The least of RFC 6455: text and close frames of up to 64 KiB, each answered with the same.
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  socket.on('error', () => {});
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nX-Version: ${sample.version}\r\n\r\n`,
  );
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (let frame = readFrame(pending); frame; frame = readFrame(pending)) {
      pending = pending.subarray(frame.length);
      socket.write(writeFrame(frame.opcode, frame.payload));
      if (frame.opcode === 8) socket.end();
    }
  });
});

function readFrame(bytes) {
  if (bytes.length < 6) return undefined;
  const short = bytes[1] & 0x7f;
  const size = short === 126 ? bytes.readUInt16BE(2) : short;
  const mask = short === 126 ? 4 : 2;
  const length = mask + 4 + size;
  if (bytes.length < length) return undefined;
  const payload = Buffer.from(bytes.subarray(mask + 4, length));
  for (let at = 0; at < size; at += 1) payload[at] ^= bytes[mask + (at % 4)];
  return { opcode: bytes[0] & 0x0f, payload, length };
}

function writeFrame(opcode, payload) {
  const isShort = payload.length < 126;
  const head = Buffer.alloc(isShort ? 2 : 4);
  head[0] = 0x80 | opcode;
  head[1] = isShort ? payload.length : 126;
  if (!isShort) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

process.on('SIGTERM', () => {
  say('asked to end');
  if (sample.ignoresTerm) return;
  isEnding = true;
  // Requests in flight are answered; connections that are idle are closed with the listener.
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
if (sample.health === 'never') setInterval(() => {}, 60_000);
else server.listen(port, () => say(`listening on port ${port}`));
