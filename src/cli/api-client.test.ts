import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createApiClient } from './api-client.ts';

let server: Server | undefined;
afterEach(() => server?.close());

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const key = { SLIPWAY_KEY_ID: 'KEY', SLIPWAY_KEY_SECRET: 'se:cret' };
const answer =
  (status: number, body: string): RequestListener =>
  (_request, response) => {
    response.writeHead(status).end(body);
  };

describe('the client of the native API', () => {
  test('sends the key and the JSON body below /api/slipway/v1', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      seen.push(request.method, request.url, request.headers.authorization);
      request.on('data', (chunk) => seen.push(String(chunk))).on('end', () => response.end('{"ok":true}'));
    });
    const client = createApiClient({ ...key, SLIPWAY_URL: `${url}/` });
    expect(await client.call('POST', '/declaration', { a: 1 })).toEqual({ ok: true });
    expect(seen).toEqual(['POST', '/api/slipway/v1/declaration', `Basic ${btoa('KEY:se:cret')}`, '{"a":1}']);
  });

  test.each([
    [401, '{"message":"wrong key"}', 3, 'wrong key'],
    [403, '{"message":"not you"}', 3, 'not you'],
    [404, '{"message":"no host"}', 4, 'no host'],
    [400, '{"message":"x","errors":[{"path":"a/b","message":"is missing"}]}', 1, 'a/b: is missing'],
    [502, '<html>', 1, 'The server answered 502'],
  ])('%i becomes an exit status and a message for people', async (status, body, exitCode, message) => {
    const url = await serve(answer(status, body));
    const call = createApiClient({ ...key, SLIPWAY_URL: url }).call('GET', '/hosts');
    await expect(call).rejects.toMatchObject({ exitCode, message });
  });

  test('a server that is not there is told by its address', async () => {
    const url = await serve(answer(200, ''));
    await new Promise((resolve) => server?.close(resolve));
    const call = createApiClient({ ...key, SLIPWAY_URL: url }).call('GET', '/hosts');
    await expect(call).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringContaining(`No server answers at ${url}`),
    });
  });

  test('without a key it says which variables to set', () => {
    expect(() => createApiClient({})).toThrow('Set SLIPWAY_KEY_ID and SLIPWAY_KEY_SECRET');
  });
});
