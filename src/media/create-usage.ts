import type { Logger } from 'pino';
import type { Clock, Storage } from '../storage/index.ts';
import type { MediaTables } from './tables.ts';
import { TreeError } from './tree-error.ts';
import type { Usage } from './usage.ts';

/** What was served is written this often. */
const flushMilliseconds = 5_000;

/** The counters over the tree's tables. */
export function createUsage(parts: { storage: Storage; clock: Clock; log: Logger }): Usage {
  const { storage } = parts;
  let served = new Map<string, number>();
  let cancelFlush: (() => void) | undefined;
  const flush = async () => {
    cancelFlush?.();
    cancelFlush = undefined;
    if (served.size === 0) return;
    const written = served;
    served = new Map();
    await storage.write(async (unit) => {
      for (const [library, bytes] of written) {
        await unit
          .tables<MediaTables>()
          .updateTable('media_library')
          .set((set) => ({ bytes_served: set('bytes_served', '+', bytes) }))
          .where('id', '=', library)
          .execute();
      }
    });
  };
  return {
    async read(reader, library) {
      const tables = reader.tables<MediaTables>();
      const row = await tables
        .selectFrom('media_library')
        .innerJoin('media_folder', 'media_folder.library', 'media_library.id')
        .select(['recipes_run', 'bytes_served', 'tree_files', 'tree_folders', 'tree_bytes'])
        .where('media_library.id', '=', library)
        .where('media_folder.path', '=', '/')
        .executeTakeFirst();
      if (!row) throw new TreeError('unknown', `There is no library ${library}.`);
      return {
        files: row.tree_files,
        folders: row.tree_folders,
        bytesStored: row.tree_bytes,
        recipesRun: row.recipes_run,
        bytesServed: row.bytes_served,
      };
    },
    served(library, bytes) {
      served.set(library, (served.get(library) ?? 0) + bytes);
      cancelFlush ??= parts.clock.after(flushMilliseconds, () => {
        flush().catch((error: unknown) =>
          parts.log.warn({ err: error }, 'bytes served could not be counted'),
        );
      });
    },
    flush,
  };
}
