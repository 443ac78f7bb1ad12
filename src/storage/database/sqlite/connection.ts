import { DatabaseSync, type StatementSyncInstance } from '@photostructure/sqlite';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import { portableParameters } from '../parameters.ts';
import { sqliteError } from './errors.ts';

interface CachedStatement {
  readonly statement: StatementSyncInstance;
  readonly returnsRows: boolean;
}

/** Statements kept prepared; a prepared one saves about 20 µs a query. */
const cachedStatements = 500;

/** One connection to a SQLite file. Queries run on the spot: the promises that they answer are settled already. */
export class SqliteConnection implements DatabaseConnection {
  readonly database: InstanceType<typeof DatabaseSync>;
  readonly #statements = new Map<string, CachedStatement>();
  #isFlushing = true;

  constructor(file: string, options: { readOnly: boolean }) {
    try {
      this.database = new DatabaseSync(file, { readOnly: options.readOnly, timeout: 5000 });
      if (!options.readOnly) {
        // FULL: the log is on the disk when COMMIT returns. fullfsync matters on macOS only, where fsync doesn't flush.
        for (const pragma of [
          'journal_mode = wal',
          'synchronous = full',
          'fullfsync = 1',
          'checkpoint_fullfsync = 1',
        ]) {
          this.database.exec(`pragma ${pragma}`);
        }
        this.database.exec(`pragma journal_size_limit = ${64 * 1024 * 1024}`);
      }
      this.database.exec('pragma foreign_keys = on');
      this.database.exec('pragma trusted_schema = off');
      this.database.exec('pragma temp_store = memory');
    } catch (error) {
      throw sqliteError(error, `open ${file}`);
    }
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const parameters = portableParameters(query.parameters);
    try {
      const { statement, returnsRows } = this.#prepare(query.sql);
      if (returnsRows) return { rows: statement.all(...parameters) };
      const { changes, lastInsertRowid } = statement.run(...parameters);
      return { numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: [] };
    } catch (error) {
      throw sqliteError(error, query.sql);
    }
  }

  // biome-ignore lint/correctness/useYield: the driver interface asks for a generator; large results go through Storage.scan.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('streaming goes through Storage.scan');
  }

  /** Runs a statement without parameters and rows, like `begin`. */
  run(sql: string): void {
    try {
      this.#prepare(sql).statement.run();
    } catch (error) {
      throw sqliteError(error, sql);
    }
  }

  /**
   * Whether the log is on the disk when COMMIT returns; between transactions only. The next flush brings all commits
   * before it along, and so does a checkpoint. A pragma takes effect while it is prepared, so it is never a kept one.
   */
  flushCommits(isFlushing: boolean): void {
    if (isFlushing === this.#isFlushing) return;
    this.database.exec(`pragma synchronous = ${isFlushing ? 'full' : 'normal'}`);
    this.#isFlushing = isFlushing;
  }

  /** A migration changes what `select *` means. */
  forgetStatements(): void {
    this.#statements.clear();
  }

  close(): void {
    this.#statements.clear();
    if (this.database.isOpen) this.database.close();
  }

  #prepare(sql: string): CachedStatement {
    let cached = this.#statements.get(sql);
    if (cached) return cached;
    const statement = this.database.prepare(sql);
    cached = { statement, returnsRows: statement.columns().length > 0 };
    if (this.#statements.size >= cachedStatements) {
      const oldest = this.#statements.keys().next().value;
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    this.#statements.set(sql, cached);
    return cached;
  }
}
