// `npm test`: the suite. `npm run test:all`: the same with the suites that run on the second database, too.
// `npm run chaos`: a hundred kills on each database, or as many as SLIPWAY_CHAOS_KILLS says. With names of files
// (`npm test -- src/http`) only those tests. Ends with one line `N passed, N failed`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
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
  ? // On a disk, which takes the time within which kills should fall.
    await vitest(tmpdir(), ['--config', 'test/chaos/vitest.config.ts', ...filters], {
      SLIPWAY_CHAOS_KILLS: process.env.SLIPWAY_CHAOS_KILLS ?? '100',
    })
  : await vitest(await roomyFolder(), filters, isAll ? { SLIPWAY_TEST_ENGINES: 'all' } : {});
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function vitest(below, args, environment) {
  const folder = await mkdtemp(join(below, 'slipway-test-'));
  // Tests that root starts give up their rights, and still have to come by.
  await chmod(folder, 0o755);
  const report = join(folder, 'report.json');
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(
    process.execPath,
    [program, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, TMPDIR: folder, ...environment },
    },
  );
  // The suite ends first, and then its folder goes. Ctrl-C reaches both by itself.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill());
  const [code] = await once(child, 'exit');
  const counted = await counts(report);
  await rm(folder, { recursive: true, force: true, maxRetries: 10 }).catch(({ message }) =>
    console.error(message),
  );
  // An error outside of every test (an unhandled rejection) fails the run, too.
  const failed = code !== 0 && counted.failed === 0 ? 1 : counted.failed;
  return { passed: counted.passed, failed };
}

/**
 * Where the suite's temporary files lie: in memory where there is plenty, because every commit of every test's database
 * waits for its disk (two milliseconds of a virtual one, and a twentieth of the suite's processor time).
 */
async function roomyFolder() {
  const memory = '/dev/shm';
  if (process.env.TMPDIR || process.platform !== 'linux') return tmpdir();
  const { bavail, bsize } = await statfs(memory).catch(() => ({ bavail: 0, bsize: 0 }));
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
  const options = mounts.split('\n').find((line) => line.split(' ')[1] === memory);
  const isRoomy = Math.min(bavail * bsize, process.availableMemory()) >= 8 * 1024 ** 3;
  // Tests start programs that they have put there.
  return isRoomy && options && !/\bnoexec\b/.test(options) ? memory : tmpdir();
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
