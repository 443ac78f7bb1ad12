import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allowList } from './allow-list.ts';
import { createOutbound } from './create-outbound.ts';
import { isPrivateAddress } from './private-addresses.ts';

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'fc00::1',
  'fd12::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:7f00:1',
  '64:ff9b::a00:1',
  '2002:a00:1::',
  '::127.0.0.1',
  '2001:db8::1',
])('%s is private', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

test.each([
  '8.8.8.8',
  '1.1.1.1',
  '172.32.0.1',
  '172.15.0.1',
  '192.167.1.1',
  '2606:4700::1111',
  '::ffff:8.8.8.8',
])('%s is public', (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});

test('an entry of the allow list that is neither host:port nor a network is refused', () => {
  for (const entry of ['hooks.local', 'http://x:80', 'x:y', '10.0.0.0/x']) {
    expect(() => allowList([entry])).toThrow(/host:port or a CIDR/);
  }
});

test('a URL is listed by its host and port, the usual port included', () => {
  const outbound = createOutbound(['hooks.local:80', 'hooks.local:8080', '10.0.0.0/8']);
  const listed = (url: string) => outbound.isListed(new URL(url));
  expect(listed('http://hooks.local/x')).toBe(true);
  expect(listed('http://HOOKS.local:8080/x')).toBe(true);
  expect(listed('https://hooks.local/x')).toBe(false);
  expect(listed('http://10.0.0.1:8080/x')).toBe(false);
});

describe('requests to user-given URLs', () => {
  let server: Server;
  let port: number;
  const seen: {
    method: string | undefined;
    url: string | undefined;
    type: string | undefined;
    body: string;
  }[] = [];
  const options = { contentType: 'application/json', timeoutMilliseconds: 5000 };

  beforeAll(async () => {
    server = createServer(async (request, answer) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      seen.push({ method: request.method, url: request.url, type: request.headers['content-type'], body });
      if (request.url === '/moved') answer.writeHead(302, { location: `http://127.0.0.1:${port}/hook` });
      else if (request.url === '/silent') return;
      else answer.writeHead(204);
      answer.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('reach no private address, by number or by name', async () => {
    const outbound = createOutbound([]);
    for (const host of [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '0x7f000001',
      '2130706433',
    ]) {
      await expect(outbound.post(`http://${host}:${port}/hook`, '{}', options)).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
    expect(seen).toEqual([]);
  });

  test('reach a private address that is listed by place or by network', async () => {
    for (const allowed of [`127.0.0.1:${port}`, '127.0.0.0/8', '127.0.0.1']) {
      expect(
        await createOutbound([allowed]).post(`http://127.0.0.1:${port}/hook`, '{"a":1}', options),
      ).toEqual({ status: 204 });
    }
    expect(seen.at(-1)).toEqual({ method: 'POST', url: '/hook', type: 'application/json', body: '{"a":1}' });
    await expect(
      createOutbound(['127.0.0.1:1']).post(`http://127.0.0.1:${port}/hook`, '{}', options),
    ).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  test('follow no redirect', async () => {
    const before = seen.length;
    expect(
      await createOutbound([`127.0.0.1:${port}`]).post(`http://127.0.0.1:${port}/moved`, '{}', options),
    ).toEqual({ status: 302 });
    expect(seen).toHaveLength(before + 1);
  });

  test('end when nobody answers in time, and refuse what is no web address', async () => {
    const outbound = createOutbound([`127.0.0.1:${port}`]);
    await expect(
      outbound.post(`http://127.0.0.1:${port}/silent`, '{}', { ...options, timeoutMilliseconds: 50 }),
    ).rejects.toMatchObject({ code: 'unavailable' });
    for (const url of ['file:///etc/passwd', 'gopher://x', 'nonsense', '']) {
      await expect(outbound.post(url, '{}', options)).rejects.toMatchObject({ code: 'invalid' });
    }
  });
});
