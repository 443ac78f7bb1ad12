// `npm start`: builds when something changed, starts the server with the demo on, and prints how to use it. The server
// runs in this process, so that what ends the one ends the other.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildAll, isStale } from './build.mjs';
import { guide } from './demo-guide.mjs';
import { serverAddress, whenReady } from './server-address.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Slipway needs Node 20.19 or newer; this is ${process.version}. https://nodejs.org`);
  process.exit(1);
}

if (await isStale()) {
  console.log('Building (once, and after changes) …');
  await buildAll();
}

process.env.SLIPWAY_DEMO ??= '1';
// The guide below is for people; what goes wrong is still said.
process.env.SLIPWAY_LOG_LEVEL ??= 'warn';
const base = serverAddress(process.env);
const program = join(root, 'dist/slipway.mjs');
process.argv = [process.execPath, program, 'server', ...process.argv.slice(2)];
const running = import(pathToFileURL(program).href);

await Promise.race([whenReady(base), running.then(() => process.exitCode === undefined || process.exit())]);
if (process.env.SLIPWAY_DEMO === '1') console.log(guide(base));
else console.log(`Slipway runs at ${base}`);
