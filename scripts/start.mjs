// `npm start`: builds when something changed, starts the server with the demo on, and prints how to use it. The server
// runs in this process, so that what ends the one ends the other.
import { spawn } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isStale } from './build.mjs';
import { demo, guide } from './demo-guide.mjs';
import { routerAddress, whenHostsAreUp } from './server-address.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Slipway needs Node 20.19 or newer; this is ${process.version}. https://nodejs.org`);
  process.exit(1);
}

if (await isStale()) {
  console.log('Building (once, and after changes) …');
  // In a process of its own: the builders would stay in the server's memory.
  const build = spawn(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
  const [code] = await once(build, 'exit');
  if (code !== 0) process.exit(1);
}

process.env.SLIPWAY_DEMO ??= '1';
// The guide below is for people; what goes wrong is still said.
process.env.SLIPWAY_LOG_LEVEL ??= 'warn';
const program = join(root, 'dist/slipway.mjs');
process.argv = [process.execPath, program, 'server', ...process.argv.slice(2)];
const listening = new Promise((resolve) => subscribe('slipway.listening', resolve));
const running = import(pathToFileURL(program).href);

// The program's module is through when the server has ended, or could not start.
const ended = running.then(() => process.exit());
// The server says where it listens: something else may answer at the address that it was told.
const { address: base } = await Promise.race([listening, ended]);
if (process.env.SLIPWAY_DEMO === '1') {
  await whenHostsAreUp(base, demo.key, demo.hosts);
  console.log(guide(base, routerAddress(process.env)));
} else console.log(`Slipway runs at ${base}`);
