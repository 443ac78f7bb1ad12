import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Backend } from '../../src/engine/router-protocol.ts';

/** A backend in this process, which a table can name. */
export interface TestBackend {
  readonly backend: Backend;
  readonly server: net.Server;
  close(): Promise<void>;
}

/** An HTTP backend; by default it answers with its name. */
export async function httpBackend(
  name: string,
  listener: RequestListener = (_, response) => response.end(name),
): Promise<TestBackend & { readonly server: http.Server }> {
  const server = http.createServer(listener);
  return { ...(await open(name, server)), server };
}

/** A backend that speaks for itself, byte by byte. */
export async function rawBackend(name: string, listener: (socket: Socket) => void): Promise<TestBackend> {
  return await open(
    name,
    net.createServer((socket) => {
      socket.on('error', () => {});
      listener(socket);
    }),
  );
}

/** A place where nobody listens. */
export async function deadBackend(name: string): Promise<Backend> {
  const { backend, close } = await rawBackend(name, () => {});
  await close();
  return backend;
}

async function open<Server extends net.Server>(name: string, server: Server) {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    backend: { instance: name, address: '127.0.0.1', port },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
