import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startPostgres, type TestPostgres } from './postgres.ts';

/**
 * One PostgreSQL for all test processes of a run (a global setup of vitest): the first that asks for it starts it, all
 * are answered its URL, and it ends with the run. A cluster costs seconds of the processor and 60 MB of copied files.
 */
export default async function offerPostgres(): Promise<() => Promise<void>> {
  let postgres: Promise<TestPostgres> | undefined;
  const offer = createServer((_request, response) => {
    postgres ??= startPostgres();
    postgres.then(
      ({ url }) => response.end(url),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  }).listen(0, '127.0.0.1');
  await once(offer, 'listening');
  // Test processes are forked after this and inherit it.
  process.env.SLIPWAY_TEST_POSTGRES_OFFER = `http://127.0.0.1:${(offer.address() as AddressInfo).port}/`;
  return async () => {
    offer.close();
    offer.closeAllConnections();
    // A cluster that did not start has failed the tests that asked for it.
    await postgres?.then(
      (started) => started.stop(),
      () => {},
    );
  };
}
