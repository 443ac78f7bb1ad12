import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where a router keeps what must survive its restart. */
export interface StateFolder {
  readonly path: string;
  /** A UUID, made once: a router that was started again is the same router. */
  readonly router: string;
  readonly table: string;
  /** The process that uses the folder. */
  readonly process: string;
}

/** Makes the folder and the router's name when they are missing. */
export function openStateFolder(path: string): StateFolder {
  const root = resolve(path);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  return {
    path: root,
    router: routerIn(join(root, 'router-id')),
    table: join(root, 'table.json'),
    process: processFile(root),
  };
}

/** The file that names the process of a state folder. */
export function processFile(folder: string): string {
  return join(resolve(folder), 'process.json');
}

function routerIn(file: string): string {
  try {
    const id = readFileSync(file, 'utf8').trim();
    if (/^[0-9a-f-]{36}$/.test(id)) return id;
  } catch {
    // The first start.
  }
  const id = randomUUID();
  writeFileSync(`${file}.new`, `${id}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return id;
}
