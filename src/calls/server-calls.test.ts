import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { callsTo, type ServerCalls, ServerRefusal } from './server-calls.ts';

let server: Server | undefined;
let calls: ServerCalls | undefined;
afterEach(async () => {
  calls?.close();
  server?.closeAllConnections();
  server?.close();
});

async function open(listener: RequestListener, credential: () => string | undefined = () => 'secret') {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  calls = callsTo(`http://127.0.0.1:${port}`, { protocolVersion: '1', credential, longestAnswer: 1 });
  return calls;
}

const patient = { timeoutMilliseconds: 60_000 };

test('a call carries the version and the credential, and brings the answer, or none', async () => {
  const { post } = await open((request, response) => {
    const { authorization, 'x-slipway-protocol': version } = request.headers;
    if (request.url === '/nothing') response.writeHead(204).end();
    else response.end(JSON.stringify([authorization, version]));
  });
  expect(await post('/echo', '{}', patient)).toEqual(['Bearer secret', '1']);
  expect(await post('/nothing', '{}', patient)).toBeUndefined();
});

test('a refusal has the words of the server, and the status alone where something else answers', async () => {
  const { post, get } = await open((request, response) => {
    const says = request.url === '/own' ? '{"message":"not so"}' : '<html>Bad gateway</html>';
    response.writeHead(request.url === '/own' ? 409 : 502).end(says);
  });
  await expect(post('/own', '{}', patient)).rejects.toEqual(new ServerRefusal(409, 'not so'));
  await expect(get('/other', patient)).rejects.toMatchObject({ status: 502, message: 'HTTP 502' });
});

test('an answer without end is not read to its end', async () => {
  const { post } = await open((_, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(65_536, 'x')));
    };
    response.on('drain', more);
    response.on('error', () => {});
    more();
  });
  await expect(post('/', '{}', patient)).rejects.toThrow('larger than 1 MiB');
});

test('a credential that cannot be read fails the call, and the next one may have it', async () => {
  let token: string | undefined;
  const { post } = await open(
    (_, response) => response.end('1'),
    () => {
      if (token === undefined) throw new Error('no such file');
      return token;
    },
  );
  await expect(post('/', '{}', patient)).rejects.toThrow('no such file');
  token = 'there';
  expect(await post('/', '{}', patient)).toBe(1);
});

test('silence ends a call', async () => {
  const { post } = await open(() => {});
  await expect(post('/', '{}', { timeoutMilliseconds: 20 })).rejects.toThrow('no answer within');
});
