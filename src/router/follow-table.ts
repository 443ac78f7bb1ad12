import { pause } from '../calls/index.ts';
import type { RouterPollAnswer, RouterPollRequest } from '../engine/router-protocol.ts';
import type { Log } from './log.ts';
import type { RoutingTable } from './routing/routing-table.ts';
import type { ServerLink } from './server-link.ts';
import type { TableFile } from './table-file.ts';

/** How long a poll is held: below the 60 s after which many proxies cut a silent connection. */
const waitSeconds = 25;
/** The pause after an answer that came at once and said nothing new, in milliseconds. */
const emptyAnswerPause = 100;

/**
 * Follows the server's table until `stop` aborts. A new table is in use for new requests at once, then on the disk, and
 * only then the server is told: a router that ends in between comes back with what the server believes. While no server
 * answers, the last table stays in use.
 */
export async function followTable(parts: {
  readonly router: string;
  readonly address: string;
  readonly server: string;
  readonly table: RoutingTable;
  readonly file: TableFile;
  readonly link: ServerLink;
  readonly log: Log;
  readonly stop: AbortSignal;
  /** The server answers, for the first time or after it was away. */
  readonly onConnected: () => void;
}): Promise<void> {
  const { router, address, server, table, file, link, log, stop, onConnected } = parts;
  let failures = 0;
  let isConnected = false;
  while (!stop.aborted) {
    // What is told is what was true before the call: requests that end meanwhile are told by the next one.
    const { progress } = table;
    const told = JSON.stringify(progress);
    const request: RouterPollRequest = {
      router,
      address,
      applied: table.version,
      ...progress,
      waitSeconds: isConnected ? waitSeconds : 0,
    };
    const renewed = new AbortController();
    const renew = () => renewed.abort();
    table.onDrained = () => {
      if (JSON.stringify(table.progress) !== told) renew();
    };
    stop.addEventListener('abort', renew);
    try {
      const asked = performance.now();
      const answer = await link.post<RouterPollAnswer>('/router/v1/poll', request, {
        timeoutMilliseconds: (waitSeconds + 10) * 1000,
        signal: renewed.signal,
      });
      if (!isConnected) {
        log(`routes by the table of ${server}, version ${answer.version}`);
        onConnected();
      }
      isConnected = true;
      failures = 0;
      if (table.apply(answer)) await keep(file, table, log);
      else if (performance.now() - asked < emptyAnswerPause) await pause(emptyAnswerPause, renewed.signal);
    } catch (error) {
      if (renewed.signal.aborted) continue;
      if (failures === 0) {
        log(
          `${server} gives no table: ${(error as Error).message}; routes by version ${table.version} and tries on`,
        );
      }
      isConnected = false;
      failures += 1;
      await pause(Math.min(2_000, 50 * 2 ** Math.min(failures, 6)) * (0.5 + Math.random() / 2), stop);
    } finally {
      stop.removeEventListener('abort', renew);
    }
  }
}

/** A full disk must not keep requests from where they belong: the table is in use, and the next one is kept again. */
async function keep(file: TableFile, table: RoutingTable, log: Log): Promise<void> {
  try {
    await file.save(table.stored());
  } catch (error) {
    log(`the table cannot be kept on the disk: ${(error as Error).message}`);
  }
}
