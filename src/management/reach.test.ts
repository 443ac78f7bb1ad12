import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { reachAll } from './reach.ts';

test('ports are tried in their order, and none for which no time is left', async () => {
  const server = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const closed = net.createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port: nobody } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  expect(await reachAll('127.0.0.1', [port, null, nobody], 60_000)).toEqual([true, null, false]);
  expect(await reachAll('127.0.0.1', [port, nobody], 0)).toEqual([]);
  await new Promise((resolve) => server.close(resolve));
});
