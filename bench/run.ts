import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm run bench` runs every bench of this folder one after another, each in a process of its own; `npm run bench
 * upload` only those whose name holds the word. Each prints what it compares and the ratio (docs/performance.md).
 */
const wanted = process.argv[2] ?? '';
// Several start the built program: an older one would be measured, or fail by what was repaired since.
const built = spawnSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { stdio: 'inherit' });
if (built.status !== 0) process.exit(built.status ?? 1);

const benches = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.ts') && file.includes(wanted))
  .sort();

if (benches.length === 0) {
  process.stderr.write(`No bench is named like "${wanted}".\n`);
  process.exit(2);
}

let failed = 0;
for (const bench of benches) {
  process.stdout.write(`\n── ${bench.replace('.bench.ts', '')} ──\n`);
  const run = spawnSync('npx', ['tsx', join(import.meta.dirname, bench)], { stdio: 'inherit' });
  if (run.status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
