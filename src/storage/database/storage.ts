import type { Compilable, Expression, Kysely, RawBuilder, SqlBool, Transaction } from 'kysely';

/** Which database stands behind the storage. */
export type DatabaseEngine = 'sqlite' | 'postgres';

/** What differs between the two engines inside a query. Everything else is written once. */
export interface SqlFlavor {
  readonly engine: DatabaseEngine;
  /** `haystack` contains `needle`, byte for byte (`instr` | `strpos`); LIKE is not used anywhere. */
  contains(
    haystack: Expression<string | null> | RawBuilder<string | null>,
    needle: string,
  ): RawBuilder<SqlBool>;
}

/**
 * A view of the database for reading. Inside `Storage.read` all queries see one snapshot.
 * @example const row = await reader.tables<HostTables>().selectFrom('host').selectAll().executeTakeFirst();
 */
export interface Reader {
  /** The query builder, typed with the tables that the calling room owns (or reads). */
  tables<Tables>(): Kysely<Tables>;
  readonly flavor: SqlFlavor;
}

/**
 * The handle of one unit of writing. A unit awaits nothing but queries on this handle: no blob, no network, no timer;
 * one that does fails (`internal`). What it wrote is durable once `Storage.write` has resolved, and is gone as a whole
 * when it throws. It may run again from its beginning (PostgreSQL retries what collided with another one), so it
 * changes nothing outside its rows; `afterCommit` is the place for that. A query that fails ends its unit, caught or not.
 */
export interface Unit {
  /** The query builder, typed with the tables that the calling room owns. */
  tables<Tables>(): Transaction<Tables>;
  readonly flavor: SqlFlavor;
  /** Epoch milliseconds, read once when the unit began. */
  readonly now: number;
  /** Tells every process that listens on `channel`, after the commit (in-process with SQLite, NOTIFY with PostgreSQL). At most 4 KB. */
  notify(channel: string, payload: string): void;
  /** Runs in this process after the commit; must not throw. */
  afterCommit(effect: () => void): void;
}

/** Column types that mean the same on both engines; a migration builds its SQL from them. */
export interface ColumnTypes {
  readonly engine: DatabaseEngine;
  /** A primary key that counts up and never reuses a number, and that accepts a given number too. */
  readonly identity: string;
  /** Text that sorts and compares by bytes. */
  readonly text: string;
  /** A 64-bit integer; also booleans (0, 1) and epoch milliseconds. */
  readonly integer: string;
  readonly blob: string;
  /** What stands behind the closing bracket of CREATE TABLE (STRICT on SQLite). */
  readonly end: string;
}

/** One step of a schema's history: plain SQL statements. Names sort: `0001-ledger`. */
export interface Migration {
  readonly name: string;
  statements(types: ColumnTypes): readonly string[];
}

/** The migrations of the core or of one dialect; each set has a table of its own (`migration_<name>`). */
export interface MigrationSet {
  /** `core` or the dialect's name with `_` for `-`. */
  readonly name: string;
  readonly migrations: readonly Migration[];
}

/** How a unit of writing is kept. */
export interface WriteOptions {
  /**
   * For what can be made again: `write` resolves before it is on the disk, which saves the flush. All readers see it and
   * it outlives the process; when the machine loses its power it may be gone, unless a durable unit came after it.
   */
  readonly mayBeLost?: boolean;
}

/** The database behind one contract of few methods; SQLite and PostgreSQL pass one suite. */
export interface Storage {
  readonly flavor: SqlFlavor;
  /** Durable commits of this process so far, for metrics and benches. */
  readonly commits: number;
  /**
   * Runs `unit` atomically and durably, as if units ran one after another; the only way to write. Throws what the unit
   * throws; a violated unique constraint is `conflict`, a violated foreign key `precondition`, a database that is away
   * `unavailable` (then the unit may have been committed or not).
   */
  write<T>(unit: (unit: Unit) => Promise<T>, options?: WriteOptions): Promise<T>;
  /** Runs `query` on one snapshot. */
  read<T>(query: (reader: Reader) => Promise<T>): Promise<T>;
  /** Streams the rows of a large query in batches, off the main thread with SQLite, by a cursor with PostgreSQL. */
  scan<Row>(query: (reader: Reader) => Compilable<Row>, batchSize?: number): AsyncIterable<Row[]>;
  /** Calls `listener` for each notification on `channel`, and with `undefined` when some may have been missed. */
  listen(channel: string, listener: (payload: string | undefined) => void): () => void;
  /** Applies the missing migrations of a set; refuses a database that is newer than the program (`precondition`). */
  migrate(set: MigrationSet): Promise<void>;
  /** Runs `once` while no other process holds the advisory lock `name`. */
  exclusive<T>(name: string, once: () => Promise<T>): Promise<T>;
  /** Whether the database answers now. */
  ready(): Promise<boolean>;
  /** Moves the sequence of an identity column past a number that was given by a declaration. Call it in the unit that inserts. */
  declareIdentity(unit: Unit, table: string, column: string, id: number): Promise<void>;
  /** A consistent copy of the database into a new file (SQLite only; PostgreSQL has pg_dump). */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}
