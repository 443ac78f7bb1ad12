// `npm test`: the suite. `npm run test:all`: the same with the suites that run on the second database, too.
// `npm run chaos`: a hundred kills on each database, or as many as SLIPWAY_CHAOS_KILLS says. With names of files
// (`npm test -- src/http`) only those tests. Ends with one line `N passed, N failed`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll, isStale } from './build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const isChaos = args[0] === 'chaos';
const isAll = args[0] === 'all';
const filters = isChaos || isAll ? args.slice(1) : args;

// Some tests start the programs as they are shipped.
if (await isStale()) await buildAll();

const { passed, failed } = isChaos
  ? await vitest(['--config', 'test/chaos/vitest.config.ts', ...filters], {
      SLIPWAY_CHAOS_KILLS: process.env.SLIPWAY_CHAOS_KILLS ?? '100',
    })
  : await vitest(filters, isAll ? { SLIPWAY_TEST_ENGINES: 'all' } : {});
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

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
  const failed = code !== 0 && counted.failed === 0 ? 1 : counted.failed;
  return { passed: counted.passed, failed };
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
