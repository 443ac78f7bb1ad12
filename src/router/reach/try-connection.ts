import { connect } from 'node:net';
import type { ReachOutcome } from '../../engine/router-protocol.ts';

/** As long as a request waits for a connection, in milliseconds. */
const patience = 2_000;

/** Opens a connection, sends nothing and closes it: how it went. */
export function tryConnection(
  { address, port }: { readonly address: string; readonly port: number },
  milliseconds = patience,
): Promise<ReachOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const end = (outcome: ReachOutcome) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    // Of its own: a socket's time begins anew with each address of a name.
    const timer = setTimeout(() => end('timed-out'), milliseconds);
    socket.once('connect', () => end('reached'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(outcomeOf(error.code)));
  });
}

function outcomeOf(code: string | undefined): ReachOutcome {
  switch (code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return 'refused';
    case 'ETIMEDOUT':
      return 'timed-out';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'unknown-name';
    default:
      return 'no-way';
  }
}
