import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../../../package.json';
import type { Configuration } from '../../config/index.ts';
import { openStorage, systemClock } from '../../storage/index.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { silentLog } from '../silent-log.ts';
import { type CopyProgress, copyFolder } from './copy-folder.ts';
import { type BackupManifest, copiedFolders, databaseFile, manifestFile, secretKeyFile } from './manifest.ts';

/**
 * Copies the database (consistently, also while a server runs on it), then the blobs that it names and the output of
 * steps. Blobs are never changed and are swept only after a grace time, so copying them second misses none.
 */
export async function makeBackup(
  configuration: Configuration,
  folder: string,
  options: { withSecretKey: boolean; onProgress(what: string, progress: CopyProgress): void },
): Promise<BackupManifest> {
  const { data } = configuration;
  if (configuration.databaseUrl?.startsWith('postgres')) {
    throw new CommandError(
      exitCodes.failed,
      'The database is PostgreSQL: back it up with pg_dump, and the data folder as files',
    );
  }
  const database = configuration.databaseUrl?.replace(/^sqlite:/, '') ?? join(data, databaseFile);
  if (!(await stat(database).catch(() => undefined))) {
    throw new CommandError(
      exitCodes.notFound,
      `There is no database at ${database}; --data says where the data folder is`,
    );
  }
  await requireUsable(folder);
  await rm(join(folder, manifestFile), { force: true });

  await copyDatabase(database, join(folder, databaseFile));
  const withBlobs = configuration.blobsUrl === undefined;
  for (const name of copiedFolders) {
    if (name === 'blobs' && !withBlobs) continue;
    await copyFolder(join(data, name), join(folder, name), (progress) => options.onProgress(name, progress));
  }
  const withSecretKey = options.withSecretKey && (await copySecretKey(data, folder));
  const manifest: BackupManifest = {
    format: 1,
    version,
    madeAt: new Date().toISOString(),
    withSecretKey,
    withBlobs,
  };
  await writeFile(join(folder, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** False when there is none: with SLIPWAY_SECRET_KEY the key stands in no file. */
async function copySecretKey(data: string, folder: string): Promise<boolean> {
  try {
    await copyFile(join(data, secretKeyFile), join(folder, secretKeyFile));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** A backup goes into a new or empty folder, or renews an earlier one. */
async function requireUsable(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(folder);
  const known = new Set<string>([
    databaseFile,
    `${databaseFile}.part`,
    secretKeyFile,
    manifestFile,
    ...copiedFolders,
  ]);
  const foreign = names.filter((name) => !known.has(name));
  if (foreign.length > 0) {
    throw new CommandError(
      exitCodes.usage,
      `${folder} holds other files (${foreign.slice(0, 3).join(', ')}); choose an empty folder`,
    );
  }
}

async function copyDatabase(from: string, to: string): Promise<void> {
  const temporary = `${to}.part`;
  await rm(temporary, { force: true });
  const storage = await openStorage({ url: `sqlite:${from}`, clock: systemClock, log: silentLog() });
  try {
    await storage.backup(temporary);
  } finally {
    await storage.close();
  }
  await rename(temporary, to);
}
