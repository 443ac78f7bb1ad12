import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import {
  type Clock,
  type MigrationSet,
  openStorage,
  type Storage,
  systemClock,
} from '../../src/storage/index.ts';

/** A logger that says nothing; tests look at answers and rows. */
export const silent: Logger = pino({ level: 'silent' });

/** A storage of its own for one test, on real files. */
export interface TestStorage {
  readonly storage: Storage;
  /** A temporary folder that is removed by `close`; the database lies in it. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Opens an embedded database in a temporary folder and applies `migrations` in their order. */
export async function openTestStorage(
  options: { migrations?: readonly MigrationSet[]; clock?: Clock } = {},
): Promise<TestStorage> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-storage-'));
  const storage = await openStorage({
    url: `sqlite:${join(folder, 'slipway.db')}`,
    clock: options.clock ?? systemClock,
    log: silent,
  });
  for (const set of options.migrations ?? []) await storage.migrate(set);
  return {
    storage,
    folder,
    async close() {
      await storage.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
