import { connect } from 'node:net';

/** An agent's port answers at once or is not reachable from here, in milliseconds. */
const patience = 1_000;
/** All ports of a host together, in milliseconds: behind a firewall none of them answers. */
const patienceForAll = 4_000;
/** So many connections are opened at once. */
const atOnce = 32;

/** Whether something accepts TCP connections at `address` (a name, IPv4 or IPv6) and `port`, as seen from this server. */
export function canReach(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: patience });
    const end = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

/** `canReach` for many ports of one address, in their order; null where there is no port, or no time was left for it. */
export async function reachAll(
  address: string,
  ports: readonly (number | null)[],
  milliseconds = patienceForAll,
): Promise<(boolean | null)[]> {
  const until = performance.now() + milliseconds;
  const reached: (boolean | null)[] = [];
  for (let from = 0; from < ports.length && performance.now() < until; from += atOnce) {
    const some = ports.slice(from, from + atOnce);
    reached.push(
      ...(await Promise.all(some.map((port) => (port === null ? null : canReach(address, port))))),
    );
  }
  return reached;
}
