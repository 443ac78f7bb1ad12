import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../test/harness/free-port.ts';
import { reachAll } from './reach.ts';

test('ports are tried in their order, and none for which no time is left', async () => {
  const server = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const nobody = await freePort();
  expect(await reachAll('127.0.0.1', [port, null, nobody], 60_000)).toEqual([true, null, false]);
  expect(await reachAll('127.0.0.1', [port, nobody], 0)).toEqual([]);
  await new Promise((resolve) => server.close(resolve));
});
