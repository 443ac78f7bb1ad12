import type { MigrationSet } from '../database/storage.ts';

/** The counted references. */
export interface BlobTables {
  /** `unreferenced_at` is null while rows refer to the blob, else since when none does. */
  blob: { sha256: string; size: number; reference_count: number; unreferenced_at: number | null };
}

/** The table of counted references. */
export const blobMigrations: MigrationSet['migrations'] = [
  {
    name: '0004-blobs',
    statements: (types) => [
      `create table blob (
        sha256 ${types.text} not null primary key,
        size ${types.integer} not null,
        reference_count ${types.integer} not null,
        unreferenced_at ${types.integer}
      ) ${types.end}`,
      'create index blob_unreferenced on blob (unreferenced_at)',
    ],
  },
];

/** While it is held, nobody else puts or sweeps this blob: a sweep can't take away what a keep just found there. */
export function blobLock(sha256: string): string {
  return `blob:${sha256}`;
}
