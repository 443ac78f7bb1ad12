import type { Compilable } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import { CoreError } from '../../../errors/index.ts';
import type { Clock } from '../../clock.ts';
import { ExclusiveNames } from '../exclusive-names.ts';
import { postgresColumns, postgresFlavor } from '../flavor.ts';
import { applyMigrations } from '../migrate.ts';
import { Notifier } from '../notifier.ts';
import type { MigrationSet, Reader, Storage, Unit, WriteOptions } from '../storage.ts';
import { underAdvisoryLock } from './advisory-lock.ts';
import { clientConfig } from './connection.ts';
import { moveSequencePast } from './identity.ts';
import { PostgresListener } from './listener.ts';
import { readSnapshot, scanByCursor } from './reads.ts';
import { PostgresWrites } from './writes.ts';

/** Three pools, so that reads, writes and held locks never wait for a connection of each other. */
const readConnections = 8;
const writeConnections = 8;
const lockConnections = 32;
/** After so long a query counts as lost with its connection; a migration may take minutes for an index. */
const readTimeoutMilliseconds = 60_000;
const writeTimeoutMilliseconds = 600_000;

/** The scale-out database: replicas of one process share it. */
export class PostgresStorage implements Storage {
  readonly flavor = postgresFlavor;
  readonly #log: Logger;
  readonly #reads: pg.Pool;
  readonly #lockPool: pg.Pool;
  readonly #writePool: pg.Pool;
  readonly #writes: PostgresWrites;
  readonly #notifier: Notifier;
  readonly #listener: PostgresListener;
  readonly #exclusive = new ExclusiveNames();

  private constructor(options: { url: string; clock: Clock; log: Logger }) {
    this.#log = options.log;
    const pool = (max: number, queryTimeout: number, settings: readonly string[] = []) => {
      const made = new pg.Pool({
        ...clientConfig(options.url, settings),
        query_timeout: queryTimeout,
        max,
        allowExitOnIdle: true,
      });
      // A connection that breaks tells its query too, or is replaced when it was idle. Without these two listeners its
      // event would end the process.
      made.on('error', (error) => options.log.warn({ err: error }, 'an idle database connection broke'));
      made.on('connect', (client) => client.on('error', () => {}));
      return made;
    };
    this.#reads = pool(readConnections, readTimeoutMilliseconds);
    // Waiting for a lock has no limit.
    this.#lockPool = pool(lockConnections, 0);
    // Sequential scans of small tables would lock them whole against other serializable transactions.
    this.#writePool = pool(writeConnections, writeTimeoutMilliseconds, ['enable_seqscan=off']);
    this.#notifier = new Notifier(options.log);
    this.#writes = new PostgresWrites({
      pool: this.#writePool,
      clock: options.clock,
      notifier: this.#notifier,
    });
    this.#listener = new PostgresListener({ url: options.url, notifier: this.#notifier, log: options.log });
  }

  /** Connects; throws `unavailable` when the database doesn't answer. */
  static async open(options: { url: string; clock: Clock; log: Logger }): Promise<PostgresStorage> {
    const storage = new PostgresStorage(options);
    await storage.#listener.open();
    return storage;
  }

  get commits(): number {
    return this.#writes.commits;
  }

  write<T>(unit: (unit: Unit) => Promise<T>, options?: WriteOptions): Promise<T> {
    return this.#writes.write(unit, options);
  }

  read<T>(query: (reader: Reader) => Promise<T>): Promise<T> {
    return readSnapshot(this.#reads, query);
  }

  scan<Row>(query: (reader: Reader) => Compilable<Row>, batchSize = 500): AsyncIterable<Row[]> {
    return scanByCursor(this.#reads, query, batchSize);
  }

  listen(channel: string, listener: (payload: string | undefined) => void): () => void {
    return this.#notifier.listen(channel, listener);
  }

  async migrate(set: MigrationSet): Promise<void> {
    const applied = await this.exclusive('migrate', () =>
      this.write((unit) => applyMigrations(unit, set, postgresColumns)),
    );
    if (applied.length > 0) this.#log.info({ set: set.name, applied }, 'migrated');
  }

  /** Waits within the process first, so that one connection a name is enough. */
  exclusive<T>(name: string, once: () => Promise<T>): Promise<T> {
    return this.#exclusive.run(name, () => underAdvisoryLock(this.#lockPool, name, once));
  }

  async ready(): Promise<boolean> {
    return await this.#reads.query('select 1').then(
      () => true,
      () => false,
    );
  }

  declareIdentity(unit: Unit, table: string, column: string, id: number): Promise<void> {
    return moveSequencePast(unit, table, column, id);
  }

  async backup(): Promise<void> {
    throw new CoreError('not-implemented', 'A PostgreSQL database is backed up with pg_dump.');
  }

  async close(): Promise<void> {
    await this.#listener.close();
    await Promise.all([this.#reads.end(), this.#writePool.end(), this.#lockPool.end()]);
  }
}
