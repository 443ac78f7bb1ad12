// `npm test`: the suite and, beside it, five kills on each database. `npm run test:all`: the same with the suites that
// run on the second database, too. `npm run chaos`: a hundred kills on each. With names of files (`npm test -- src/http`)
// only those tests. Ends with one line `N passed, N failed`.
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

const runs = [];
if (isChaos) runs.push(chaos(process.env.SLIPWAY_CHAOS_KILLS ?? '100', filters, 'inherit'));
else {
  runs.push(vitest(filters, isAll ? { SLIPWAY_TEST_ENGINES: 'all' } : {}, 'inherit'));
  // Kills wait for leases to run out, most of their time, and leave the cores to the suite. Their words come at the end.
  if (filters.length === 0) runs.push(chaos('5', [], 'pipe'));
}
const results = await Promise.all(runs);
for (const { output } of results) process.stdout.write(output);
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') === 0 ? 0 : 1);

function chaos(kills, names, output) {
  return vitest(
    ['--config', 'test/chaos/vitest.config.ts', ...names],
    { SLIPWAY_CHAOS_KILLS: kills },
    output,
  );
}

async function vitest(args, environment, output) {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  const report = join(folder, 'report.json');
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(
    process.execPath,
    [program, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
    { cwd: root, stdio: ['ignore', output, output], env: { ...process.env, ...environment } },
  );
  const said = [];
  child.stdout?.on('data', (chunk) => said.push(chunk));
  child.stderr?.on('data', (chunk) => said.push(chunk));
  const [code] = await once(child, 'close');
  const counted = await counts(report);
  await rm(folder, { recursive: true, force: true });
  // An error outside of every test (an unhandled rejection) fails the run, too.
  const failed = code !== 0 && counted.failed === 0 ? 1 : counted.failed;
  return { passed: counted.passed, failed, output: Buffer.concat(said) };
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
