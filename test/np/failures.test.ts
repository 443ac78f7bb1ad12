import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runNp } from './run-np.ts';

let folder: string;
const servers: Server[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'np-failures-'));
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true, force: true });
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

const read = (NP_API_BASE: string) =>
  runNp(['build', 'read', '--id', '6'], { env: { NP_API_BASE, NP_TOKEN: 'mine' } });

describe('what another try cannot change is told at once', () => {
  test('a certificate that nobody here trusts', async () => {
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const subject = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=127.0.0.1',
    ];
    await promisify(execFile)('openssl', ['req', '-x509', ...subject, '-keyout', key, '-out', cert]);
    const options = { cert: await readFile(cert), key: await readFile(key) };
    const port = await listening(createSecureServer(options, (_request, response) => response.end('{}')));
    expect(await read(`https://127.0.0.1:${port}`)).toMatchObject({
      code: 1,
      stderr: `The certificate of https://127.0.0.1:${port} is not accepted (DEPTH_ZERO_SELF_SIGNED_CERT); NODE_EXTRA_CA_CERTS names a file with authorities to trust\n`,
      waits: [],
    });
  });

  test('HTTPS to a server without', async () => {
    const port = await listening(createServer((_request, response) => response.end('{}')));
    expect(await read(`https://127.0.0.1:${port}`)).toMatchObject({
      code: 1,
      stderr: `https://127.0.0.1:${port} speaks no HTTPS; NP_API_BASE=http://127.0.0.1:${port} would ask it without\n`,
      waits: [],
    });
  });

  test('an address that has moved', async () => {
    const moved = { location: 'https://deploy.example.com/build/6' };
    const port = await listening(
      createServer((_request, response) => response.writeHead(308, moved).end('<html>')),
    );
    expect(await read(`http://127.0.0.1:${port}`)).toMatchObject({
      code: 1,
      stderr: 'The API has moved to https://deploy.example.com/build/6 (HTTP 308)\n',
    });
  });
});

describe('pushing a bundle', () => {
  /** An API whose address for the bytes is served by `take`; answers what the command said. */
  async function push(size: number, take: (socket: Socket, bytes: AsyncIterable<Buffer>) => Promise<object>) {
    const file = await open(join(folder, `${size}.tar.gz`), 'w');
    await file.write(Buffer.from([0x1f, 0x8b]));
    await file.truncate(size);
    await file.close();
    const server = createServer(async (request, response) => {
      if (request.method === 'PUT') {
        const { status = 200, ...json } = (await take(request.socket, request)) as { status?: number };
        response.writeHead(status).end(JSON.stringify(json));
      } else {
        request.resume();
        const url = `http://${request.headers.host}/bytes?signature=x`;
        response.end(JSON.stringify(request.url === '/asset' ? { id: 7 } : { url }));
      }
    });
    // The server never closes a connection by itself, so that a test sees who does.
    server.keepAliveTimeout = 0;
    const port = await listening(server);
    return await runNp(
      [
        'asset',
        'push',
        '--type',
        'bundle',
        '--source',
        `${size}.tar.gz`,
        '--build_id',
        '6',
        '--query',
        '.id',
      ],
      { folder, env: { NP_API_BASE: `http://127.0.0.1:${port}`, NP_TOKEN: 'mine' } },
    );
  }

  test('a connection that breaks on the way is not the end: all is pushed again', async () => {
    const sizes: number[] = [];
    const { code, stdout, stderr, waits } = await push(3_000_000, async (socket, bytes) => {
      let size = 0;
      for await (const chunk of bytes) {
        size += chunk.length;
        if (sizes.length === 0) {
          sizes.push(0);
          socket.destroy();
          return {};
        }
      }
      sizes.push(size);
      return {};
    });
    expect([code, stdout, sizes, waits]).toEqual([0, '7\n', [0, 3_000_000], [250]]);
    expect(stderr).toMatch(/^The push broke off; pushing again\nPushed 3\.0 MB, SHA-256 [0-9a-f]{64}\n$/);
  });

  test('a refusal before all bytes were sent ends it, and its connection', async () => {
    let closed: Promise<unknown> | undefined;
    const { code, stderr } = await push(256_000_000, async (socket) => {
      closed = new Promise((resolve) => socket.once('close', resolve));
      return { status: 413, message: 'The upload is larger than 1000000 bytes.' };
    });
    expect([code, stderr]).toEqual([1, 'The upload is larger than 1000000 bytes. (HTTP 413)\n']);
    await closed;
  });
});
