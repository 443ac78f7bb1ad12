// Everything that can be judged without running the product: types, lint and format, dead code, the repository's
// own rules. They run side by side, so the whole takes as long as the slowest. `npm run check -- lint types` runs some.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const require = createRequire(import.meta.url);

/** The file behind a package's command, so that no shell and no npx stands in between. */
function command(packageName, name) {
  // Not asked of the package: some, like knip, don't export their package.json.
  const file = join(root, 'node_modules', packageName, 'package.json');
  const { bin } = require(file);
  return join(dirname(file), typeof bin === 'string' ? bin : bin[name]);
}

const checks = {
  types: [command('typescript', 'tsc'), '-p', '.'],
  console: [command('typescript', 'tsc'), '-p', 'console'],
  lint: [command('@biomejs/biome', 'biome'), 'check', '--error-on-warnings', '.'],
  dead: [command('knip', 'knip'), '--no-progress'],
  rules: [command('vitest', 'vitest'), 'run', '--silent=passed-only', 'test/repository.test.ts'],
};

function run(name, [script, ...args]) {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.once('error', (error) => resolve({ name, passed: false, output: String(error), seconds: 0 }));
    child.once('close', (code) => {
      const seconds = (performance.now() - began) / 1000;
      resolve({ name, passed: code === 0, output: Buffer.concat(output).toString(), seconds });
    });
  });
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in checks));
if (unknown.length > 0) {
  console.error(`No check is named ${unknown.join(', ')}; there are ${Object.keys(checks).join(', ')}.`);
  process.exit(2);
}
const names = wanted.length > 0 ? wanted : Object.keys(checks);
const results = await Promise.all(names.map((name) => run(name, checks[name])));
for (const { name, passed, output, seconds } of results) {
  if (!passed) console.log(output.trimEnd());
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`);
}
process.exit(results.every(({ passed }) => passed) ? 0 : 1);
