import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from '../../config/index.ts';
import {
  checkBackup,
  lockDataFolder,
  type MigrationSet,
  openStorage,
  systemClock,
} from '../../storage/index.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { silentLog } from '../silent-log.ts';
import { type CopyProgress, copyFolder } from './copy-folder.ts';
import { copiedFolders, databaseFile, readManifest, secretKeyFile } from './manifest.ts';

/** What stood in the data folder before, or undefined when it was empty. */
export interface Restored {
  readonly keptIn: string | undefined;
}

/**
 * Puts a backup into the data folder. The database is tried first, in a copy: one that is newer than the program is
 * refused, an older one is brought up to date. What was there is moved aside, never removed.
 */
export async function restoreBackup(
  configuration: Configuration,
  folder: string,
  options: {
    migrations: readonly MigrationSet[];
    now: Date;
    onProgress(what: string, progress: CopyProgress): void;
  },
): Promise<Restored> {
  const { data } = configuration;
  if (configuration.databaseUrl?.startsWith('postgres')) {
    throw new CommandError(exitCodes.failed, 'The database is PostgreSQL: restore it with pg_restore');
  }
  await readManifest(folder);
  // Throws when a server runs on the folder, and names it.
  const lock = await lockDataFolder(data);
  try {
    const ready = join(data, `${databaseFile}.restoring`);
    await removeDatabase(ready);
    checkBackup(join(folder, databaseFile));
    await copyFile(join(folder, databaseFile), ready);
    await bringUpToDate(ready, options.migrations);
    for (const name of copiedFolders) {
      await copyFolder(join(folder, name), join(data, name), (progress) =>
        options.onProgress(name, progress),
      );
    }
    const keptIn = await moveAside(data, options.now);
    await moveDatabase(ready, join(data, databaseFile));
    if (await exists(join(folder, secretKeyFile))) {
      await copyFile(join(folder, secretKeyFile), join(data, secretKeyFile));
    } else if (keptIn !== undefined && (await exists(join(keptIn, secretKeyFile)))) {
      // A backup without its key belongs to the installation that has it.
      await copyFile(join(keptIn, secretKeyFile), join(data, secretKeyFile));
    }
    return { keptIn };
  } finally {
    lock.release();
  }
}

async function bringUpToDate(file: string, migrations: readonly MigrationSet[]): Promise<void> {
  const storage = await openStorage({ url: `sqlite:${file}`, clock: systemClock, log: silentLog() });
  try {
    for (const set of migrations) await storage.migrate(set);
  } catch (error) {
    await storage.close();
    await removeDatabase(file);
    throw error;
  }
  await storage.close();
}

/** Moves the database and its key into a folder of their own; blobs and output are only ever added to. */
async function moveAside(data: string, now: Date): Promise<string | undefined> {
  const old = (await readdir(data)).filter(
    (name) => name === secretKeyFile || name === databaseFile || name.startsWith(`${databaseFile}-`),
  );
  if (old.length === 0) return undefined;
  const target = join(data, `before-restore-${now.toISOString().replace(/[:.]/g, '-')}`);
  await mkdir(target, { mode: 0o700 });
  for (const name of old) await rename(join(data, name), join(target, name));
  return target;
}

/** The log of changes stands beside the database and belongs to it; the database comes last, so it is never without. */
async function moveDatabase(from: string, to: string): Promise<void> {
  for (const suffix of ['-wal', '-shm', '']) {
    if (await exists(`${from}${suffix}`)) await rename(`${from}${suffix}`, `${to}${suffix}`);
  }
}

async function removeDatabase(file: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}
