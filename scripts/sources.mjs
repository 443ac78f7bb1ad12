import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

const inputs = ['src', 'console', 'package.json', 'package-lock.json', 'scripts/build.mjs', 'tsconfig.json'];

/** When the newest of the sources was changed, and how many there are: a number that differs when anything did. */
export async function newestChange(root) {
  let newest = 0;
  let count = 0;
  for (const input of inputs) {
    for await (const file of filesBelow(join(root, input))) {
      if (/\.test\.tsx?$/.test(file)) continue;
      const { mtimeMs } = await stat(file);
      newest = Math.max(newest, mtimeMs);
      count++;
    }
  }
  return `${newest}:${count}`;
}

/** The programs of worker threads (`*.worker.ts`), each an entry of its own beside the server's. */
export async function workerEntries(root) {
  const entries = {};
  for await (const file of filesBelow(join(root, 'src'))) {
    if (file.endsWith('.worker.ts')) entries[basename(file, '.ts')] = file;
  }
  return entries;
}

async function* filesBelow(path) {
  const found = await stat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isDirectory()) {
    yield path;
    return;
  }
  for (const entry of await readdir(path)) {
    if (entry !== 'node_modules') yield* filesBelow(join(path, entry));
  }
}
