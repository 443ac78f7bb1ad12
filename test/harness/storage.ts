import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import {
  type Clock,
  type DatabaseEngine,
  type MigrationSet,
  openStorage,
  type Storage,
  systemClock,
} from '../../src/storage/index.ts';
import { freshDatabase, postgresMissing, sharedPostgres } from './postgres.ts';

/** A logger that says nothing; tests look at answers and rows. */
export const silent: Logger = pino({ level: 'silent' });

/**
 * The engines that can be tested here, for the suites of what stands on the database itself: they always run on both.
 * @example describe.each(testEngines)('rollouts on %s', (engine) => { … openTestStorage({ engine }) … });
 */
export const testEngines: readonly DatabaseEngine[] = postgresMissing ? ['sqlite'] : ['sqlite', 'postgres'];

/** Whether suites that stand on the storage run on PostgreSQL, too: `npm run test:all` and `.ci/run` ask for it. */
export const withTwins: boolean = process.env.SLIPWAY_TEST_ENGINES === 'all';

/** The engines for suites that reach the database through the storage only; `npm test` takes SQLite alone. */
export const twinEngines: readonly DatabaseEngine[] = withTwins ? testEngines : ['sqlite'];

/** A storage of its own for one test, on a real database. */
export interface TestStorage {
  readonly storage: Storage;
  /** What `openStorage` takes; a second storage on it is a second replica (PostgreSQL only). */
  readonly url: string;
  /** A temporary folder that is removed by `close`; an embedded database lies in it. */
  readonly folder: string;
  close(): Promise<void>;
}

/** An empty PostgreSQL database when SLIPWAY_TEST_ENGINE asks for it: with the variable set, every suite can be tried on it. */
export async function chosenDatabaseUrl(): Promise<string | undefined> {
  if (process.env.SLIPWAY_TEST_ENGINE !== 'postgres') return undefined;
  return await freshDatabase((await sharedPostgres()).url);
}

/**
 * Opens an empty database and applies `migrations` in their order. It is embedded unless `engine`, or else
 * SLIPWAY_TEST_ENGINE, says `postgres`.
 */
export async function openTestStorage(
  options: { engine?: DatabaseEngine; migrations?: readonly MigrationSet[]; clock?: Clock } = {},
): Promise<TestStorage> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-storage-'));
  const embedded = `sqlite:${join(folder, 'slipway.db')}`;
  const url =
    options.engine === 'postgres'
      ? await freshDatabase((await sharedPostgres()).url)
      : ((options.engine ? undefined : await chosenDatabaseUrl()) ?? embedded);
  const storage = await openStorage({ url, clock: options.clock ?? systemClock, log: silent });
  for (const set of options.migrations ?? []) await storage.migrate(set);
  return {
    storage,
    url,
    folder,
    async close() {
      await storage.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
