import { channel } from 'node:diagnostics_channel';
import { setFlagsFromString } from 'node:v8';
import { loadConfiguration } from '../config/index.ts';
import type { CliContext } from './context.ts';

/** Tells a program that runs the server in its own process (`npm start`) the address: `{ address }`. */
const listening = channel('slipway.listening');

/**
 * What lives in a server is small beside the bytes that pass through it, and V8 lets a small heap grow by a tenth before
 * it marks everything again: ten times a second while pictures are drawn, a fifth of the server's work.
 */
const roomToGrow = '--heap-growing-percent=200';

/**
 * Runs a server until it is told to end by SIGTERM or SIGINT; then it drains, closes, and the process exits 0. A second
 * signal ends it at once.
 */
export async function runServer(
  process: CliContext['process'],
  sources: { readonly flags: Readonly<Record<string, string>>; readonly file?: string },
): Promise<void> {
  setFlagsFromString(roomToGrow);
  const told = await loadConfiguration({ ...sources, environment: process.env, folder: process.cwd() });
  const { compose } = await import('../main.ts');
  const server = await compose(told.configuration, { startsRouter: true });
  for (const warning of told.warnings) server.parts.log.warn(warning);

  const stopped = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
  const address = await server.listen();
  server.parts.log.info({ address }, 'listening');
  listening.publish({ address });
  if (server.adminKey) {
    const { id, secret, file } = server.adminKey;
    process.stderr.write(
      `The first admin's access key is ${id} with the secret ${secret}; it is kept in ${file}.\n`,
    );
  }
  const signal = await stopped;
  server.parts.log.info({ signal }, 'stopping');
  for (const again of ['SIGTERM', 'SIGINT'] as const) process.once(again, () => process.exit(1));
  await server.close();
  process.exit(0);
}
