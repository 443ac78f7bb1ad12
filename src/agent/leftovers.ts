import { existsSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { environmentValues } from './process-table.ts';
import { markVariable } from './steps/index.ts';

const sweepMilliseconds = 60_000;
const leftoverBytes = 1_048_576;

/**
 * Removes the folders of ended steps. A script may leave a daemon behind that still writes to its output file: that
 * file is kept as long as a process carries the step's mark, and emptied whenever it has grown.
 */
export function sweepLeftovers(stepsFolder: string, runningMarks: ReadonlySet<string>): void {
  const folders = readdirSync(stepsFolder).filter((mark) => !runningMarks.has(mark));
  if (folders.length === 0) return;
  const living = environmentValues(markVariable);
  for (const mark of folders) {
    const folder = join(stepsFolder, mark);
    if (living?.has(mark)) {
      for (const name of ['script', 'script.ps1']) rmSync(join(folder, name), { force: true });
      for (const name of ['stdout', 'stderr']) emptyWhenLarge(join(folder, name));
    } else rmSync(folder, { recursive: true, force: true });
  }
}

/** Sweeps every minute, never keeping the process alive. `runningMarks` are those of steps that run now. */
export function keepSweeping(stepsFolder: string, runningMarks: () => ReadonlySet<string>): () => void {
  const timer = setInterval(() => sweepLeftovers(stepsFolder, runningMarks()), sweepMilliseconds);
  timer.unref();
  return () => clearInterval(timer);
}

function emptyWhenLarge(file: string): void {
  if (existsSync(file) && statSync(file).size > leftoverBytes) truncateSync(file, 0);
}
