import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Compilable, DummyDriver, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { ExclusiveNames } from '../exclusive-names.ts';
import { sqliteColumns, sqliteFlavor } from '../flavor.ts';
import { type HandleKind, readerOn } from '../handle.ts';
import { applyMigrations } from '../migrate.ts';
import { Notifier } from '../notifier.ts';
import { portableParameters } from '../parameters.ts';
import type { MigrationSet, Reader, Storage, Unit, WriteOptions } from '../storage.ts';
import { writeBackup } from './backup-file.ts';
import { SqliteConnection } from './connection.ts';
import { GroupCommit } from './group-commit.ts';
import { ReaderPool } from './reader-pool.ts';
import { DatabaseWorker } from './worker-client.ts';

const kind: HandleKind = {
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (tables) => new SqliteIntrospector(tables),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  flavor: sqliteFlavor,
};

/** The embedded database: one file, one writer connection, read-only connections for reads. */
export class SqliteStorage implements Storage {
  readonly flavor = sqliteFlavor;
  readonly #file: string;
  readonly #log: Logger;
  readonly #writer: SqliteConnection;
  readonly #commits: GroupCommit;
  readonly #readers: ReaderPool;
  readonly #worker: DatabaseWorker;
  readonly #notifier: Notifier;
  readonly #exclusive = new ExclusiveNames();

  constructor(options: { file: string; clock: Clock; log: Logger }) {
    this.#file = resolve(options.file);
    this.#log = options.log;
    mkdirSync(dirname(this.#file), { recursive: true });
    this.#writer = new SqliteConnection(this.#file, { readOnly: false });
    this.#notifier = new Notifier(options.log);
    this.#commits = new GroupCommit({
      connection: this.#writer,
      kind,
      clock: options.clock,
      notifier: this.#notifier,
    });
    this.#readers = new ReaderPool(this.#file, kind);
    this.#worker = new DatabaseWorker(this.#file);
  }

  get commits(): number {
    return this.#commits.commits;
  }

  write<T>(unit: (unit: Unit) => Promise<T>, options?: WriteOptions): Promise<T> {
    return this.#commits.write(unit, options);
  }

  read<T>(query: (reader: Reader) => Promise<T>): Promise<T> {
    return this.#readers.read(query);
  }

  scan<Row>(query: (reader: Reader) => Compilable<Row>, batchSize = 500): AsyncIterable<Row[]> {
    const { sql, parameters } = query(readerOn(kind, this.#writer)).compile();
    return this.#worker.scan<Row>({ sql, parameters: portableParameters(parameters) }, batchSize);
  }

  listen(channel: string, listener: (payload: string | undefined) => void): () => void {
    return this.#notifier.listen(channel, listener);
  }

  async migrate(set: MigrationSet): Promise<void> {
    const applied = await this.write((unit) => applyMigrations(unit, set, sqliteColumns));
    this.#writer.forgetStatements();
    this.#readers.forgetStatements();
    if (applied.length > 0) this.#log.info({ set: set.name, applied }, 'migrated');
  }

  /** One process owns the file (`lockDataFolder`), so waiting within the process is enough. */
  exclusive<T>(name: string, once: () => Promise<T>): Promise<T> {
    return this.#exclusive.run(name, once);
  }

  async ready(): Promise<boolean> {
    try {
      this.#writer.run('select 1');
      return true;
    } catch {
      return false;
    }
  }

  /** AUTOINCREMENT remembers the largest number that was ever inserted, given or not: nothing to do. */
  async declareIdentity(): Promise<void> {}

  async backup(file: string): Promise<void> {
    await writeBackup(resolve(file), (partial) => this.#worker.backup(partial));
  }

  async close(): Promise<void> {
    await this.#commits.close();
    await this.#worker.close();
    this.#readers.close();
    this.#writer.close();
  }
}
