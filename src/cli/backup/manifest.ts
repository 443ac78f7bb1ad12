import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, exitCodes } from '../exit-codes.ts';

/** What a backup's folder says of itself, in `backup.json`; written last, so a folder without it is not a backup. */
export interface BackupManifest {
  readonly format: 1;
  /** Of the program that made it. */
  readonly version: string;
  /** ISO 8601. */
  readonly madeAt: string;
  /** Whether the key that opens stored secrets is in it. */
  readonly withSecretKey: boolean;
  /** Whether the blobs are in it; those in S3 are not. */
  readonly withBlobs: boolean;
}

/** Names inside a data folder and inside a backup. */
export const databaseFile = 'slipway.db';
/** The key that opens stored secrets. */
export const secretKeyFile = 'secret.key';
/** What a backup says of itself; see BackupManifest. */
export const manifestFile = 'backup.json';
/** Folders that are copied as they are. */
export const copiedFolders = ['blobs', 'output'] as const;

/** Reads a backup's manifest; says what is wrong with a folder that is none. */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const file = join(folder, manifestFile);
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandError(
      exitCodes.notFound,
      `${folder} is not a complete backup: it has no ${manifestFile}`,
    );
  });
  const manifest = JSON.parse(text) as BackupManifest;
  if (manifest.format !== 1) {
    throw new CommandError(
      exitCodes.failed,
      `${file} has the format ${String(manifest.format)}; this program reads 1`,
    );
  }
  return manifest;
}
