import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { TrustedProxies } from '../../src/router/client/trusted-proxies.ts';
import { Deadlines } from '../../src/router/deadlines.ts';
import { Measures } from '../../src/router/measures/measures.ts';
import type { Patience } from '../../src/router/patience.ts';
import { Front } from '../../src/router/proxy/front.ts';
import { RoutingTable } from '../../src/router/routing/routing-table.ts';

/** Of those, each test makes the one short that it is about. */
export const unhurried: Patience = { request: 600_000, head: 600_000, idle: 600_000, close: 5_000 };

/** Fronts of routers in the process of a test, and the servers behind them. */
export class RouterFronts {
  readonly #closers: (() => void)[] = [];

  /** Its port. The server and its connections end with `close`. */
  async listening(server: net.Server): Promise<number> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
    });
    this.atEnd(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** The front of a router with one backend behind `shop.localhost`. */
  async open(
    backend: net.Server,
    { patience = {}, trusted = [] }: { patience?: Partial<Patience>; trusted?: readonly string[] } = {},
  ): Promise<{ readonly port: number; readonly front: Front; readonly measures: Measures }> {
    const table = new RoutingTable(Math.random);
    const at = { instance: 'one', address: '127.0.0.1', port: await this.listening(backend) };
    const pools = [{ pool: 'a', weight: 100, backends: [at] }];
    const routes = [{ host: 'shop.localhost', whenEmpty: '', pools }];
    table.apply({ version: 1, complete: true, removed: [], routes });
    const deadlines = new Deadlines(20);
    this.atEnd(() => deadlines.close());
    const measures = new Measures(Date.now);
    const front = new Front({
      ...{ table, measures, deadlines, trusted: new TrustedProxies(trusted) },
      patience: { ...unhurried, ...patience },
    });
    this.atEnd(() => void front.close(0));
    return { port: await this.listening(front.server), front, measures };
  }

  /** What else has to end with them. */
  atEnd(close: () => void): void {
    this.#closers.push(close);
  }

  close(): void {
    for (const close of this.#closers.splice(0)) close();
  }
}

/** A request for the backend behind a front. */
export function ask(method: string, more = ''): string {
  return `${method} / HTTP/1.1\r\nHost: shop.localhost\r\n${more}\r\n`;
}

/** A backend that takes everything and says nothing. */
export function silentBackend(): net.Server {
  return net.createServer((socket) => socket.resume());
}
