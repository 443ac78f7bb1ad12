export type {
  AdoptedBlob,
  Blob,
  BlobObjects,
  BlobStore,
  SpooledBlob,
  SpoolOptions,
} from './blobs/blob-store.ts';
export { blobMigrations } from './blobs/blob-table.ts';
export { type BlobStoreParts, createBlobStore } from './blobs/counted-blobs.ts';
export { directoryObjects } from './blobs/directory-objects.ts';
export { s3Objects } from './blobs/s3-objects.ts';
export { type Clock, ManualClock, systemClock } from './clock.ts';
export { type DataFolderLock, lockDataFolder } from './data-folder-lock.ts';
export { chunked } from './database/chunks.ts';
export { type FixedQuery, fixedQuery } from './database/fixed-query.ts';
export { openStorage } from './database/open-storage.ts';
export { dumpSchema } from './database/schema-dump.ts';
export { type BackupContents, checkBackup } from './database/sqlite/backup-file.ts';
export type {
  ColumnTypes,
  DatabaseEngine,
  Migration,
  MigrationSet,
  Reader,
  SqlFlavor,
  Storage,
  Unit,
  WriteOptions,
} from './database/storage.ts';
export { writePrivateFile } from './durable-file.ts';
export { openSecretBox } from './secret-box.ts';
export { createSecretVault, secretMigrations } from './secret-vault.ts';
export type { SecretBox, SecretVault } from './secrets.ts';
