import { startBuiltServer } from './built-server.ts';
import { judge } from './report.ts';

/** Start-up on fresh and on existing data, and resident memory of an idle server. */
const fresh = await startBuiltServer();
judge('ready on fresh data', fresh.readyMilliseconds / 1000, { atMost: 2 }, ' s');
const again = await fresh.restart();
judge('ready on existing data', again.readyMilliseconds / 1000, { atMost: 1 }, ' s');
await new Promise((resolve) => setTimeout(resolve, 5000));
judge('resident when idle', (await again.residentBytes()) / 1024 / 1024, { atMost: 130 }, ' MiB');
await again.remove();
