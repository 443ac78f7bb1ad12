export type { Blob, BlobObjects, BlobStore, SpooledBlob } from './blobs/blob-store.ts';
export { type Clock, ManualClock, systemClock } from './clock.ts';
export { type DataFolderLock, lockDataFolder } from './data-folder-lock.ts';
export { chunked } from './database/chunks.ts';
export { openStorage } from './database/open-storage.ts';
export type {
  ColumnTypes,
  DatabaseEngine,
  Migration,
  MigrationSet,
  Reader,
  SqlFlavor,
  Storage,
  Unit,
} from './database/storage.ts';
export { openSecretBox } from './secret-box.ts';
export { createSecretVault, secretMigrations } from './secret-vault.ts';
export type { SecretBox, SecretVault } from './secrets.ts';
