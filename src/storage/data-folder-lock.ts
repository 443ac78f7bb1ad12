import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { CoreError } from '../errors/index.ts';

/** The right to use a data folder; it ends with `release` or with the process. */
export interface DataFolderLock {
  release(): void;
}

/**
 * Keeps a second server out of a data folder. Throws `conflict` that names the holder (pid, start, machine), which
 * stands in `<folder>/lock`.
 *
 * The right itself is a lock of the operating system on `<folder>/lock.db`, taken through SQLite because Node has no
 * file locks. It goes with its process however that ends, so there is nothing stale to clean up, and it also holds
 * between containers on one volume, where process ids mean nothing.
 */
export async function lockDataFolder(folder: string): Promise<DataFolderLock> {
  const root = resolve(folder);
  await mkdir(root, { recursive: true });
  const holderFile = join(root, 'lock');
  const database = new DatabaseSync(join(root, 'lock.db'));
  try {
    database.exec('begin immediate');
  } catch (cause) {
    database.close();
    const holder = await readFile(holderFile, 'utf8').catch(() => 'a process that did not say its name');
    throw new CoreError(
      'conflict',
      `The data folder ${root} is in use by ${holder.trim()}. Stop it, or choose another folder.`,
      {
        cause,
      },
    );
  }
  await writeFile(holderFile, `${await self()}\n`);
  return {
    release: () => {
      if (database.isOpen) database.close();
    },
  };
}

/** This process for people: its id alone could belong to a later one. */
async function self(): Promise<string> {
  const started = new Date(Date.now() - process.uptime() * 1000).toISOString();
  const ticks = await readFile('/proc/self/stat', 'utf8').then(
    // Field 22, counted behind the command in brackets, which may hold spaces.
    (stat) => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19],
    () => undefined,
  );
  return `process ${process.pid} started ${started}${ticks ? ` (start time ${ticks})` : ''} on ${hostname()}`;
}
