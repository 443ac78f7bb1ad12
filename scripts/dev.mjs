// The server from its sources, started again when one changes. The console has its own: `npx vite console`.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const child = spawn(
  process.execPath,
  [
    join(root, 'node_modules/tsx/dist/cli.mjs'),
    'watch',
    '--clear-screen=false',
    join(root, 'src/cli/slipway.ts'),
    'server',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { SLIPWAY_DEMO: '1', SLIPWAY_LOG_LEVEL: 'debug', ...process.env } },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));
