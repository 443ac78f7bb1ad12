// `npm test`: the suite, then five kills on each database. `npm run chaos`: a hundred kills on each. With names of files
// (`npm test -- src/http`) only those tests. Ends with one line `N passed, N failed`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll, isStale } from './build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const filters = process.argv.slice(2);
const isChaos = filters[0] === 'chaos';

// Some tests start the programs as they are shipped.
if (await isStale()) await buildAll();

const results = [];
if (isChaos) results.push(await chaos(process.env.SLIPWAY_CHAOS_KILLS ?? '100', filters.slice(1)));
else {
  results.push(await vitest(filters, {}));
  if (filters.length === 0) results.push(await chaos('5', []));
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') === 0 ? 0 : 1);

function chaos(kills, names) {
  return vitest(['--config', 'test/chaos/vitest.config.ts', ...names], { SLIPWAY_CHAOS_KILLS: kills });
}

async function vitest(args, environment) {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  const report = join(folder, 'report.json');
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(
    process.execPath,
    [program, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...environment } },
  );
  const [code] = await once(child, 'exit');
  const counted = await counts(report);
  await rm(folder, { recursive: true, force: true });
  // An error outside of every test (an unhandled rejection) fails the run, too.
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

/** A file that could not even be loaded counts as one failure. */
async function counts(report) {
  try {
    const result = JSON.parse(await readFile(report, 'utf8'));
    const isBroken = (file) =>
      file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed');
    const broken = result.testResults.filter(isBroken).length;
    return { passed: result.numPassedTests, failed: result.numFailedTests + broken };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
