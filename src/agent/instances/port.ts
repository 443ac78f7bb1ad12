import { randomInt } from 'node:crypto';
import net from 'node:net';

/** Below the ports that Linux gives to outgoing connections. */
const firstPort = 20_000;
const lastPort = 29_999;

/**
 * A port that nothing on this machine listens on, on any address; not one of `taken`, which is asked again after the
 * look, as another instance may have chosen meanwhile. Throws when 200 tries found none.
 */
export async function freePort(taken: () => ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(firstPort, lastPort + 1);
    if (!taken().has(port) && (await isFree(port)) && !taken().has(port)) return port;
  }
  throw new Error(`no free port was found from ${firstPort} to ${lastPort}`);
}

/** Whether nothing listens on the port, on any address of this machine. */
export async function isFree(port: number): Promise<boolean> {
  return (
    (await canListen({ port, host: '0.0.0.0' })) && (await canListen({ port, host: '::', ipv6Only: true }))
  );
}

function canListen(options: net.ListenOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    // A machine without IPv6 refuses the address; only a taken port counts.
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
    server.listen({ ...options, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
