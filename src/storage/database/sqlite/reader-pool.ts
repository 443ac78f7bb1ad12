import { CoreError } from '../../../errors/index.ts';
import { GuardedConnection, type HandleKind, readerOn } from '../handle.ts';
import type { Reader } from '../storage.ts';
import { SqliteConnection } from './connection.ts';

/** Reads end within one turn of the event loop unless they wait for something else, so a few connections do. */
const mostConnections = 8;

/** Read-only connections, opened when they are needed; each read sees one snapshot. */
export class ReaderPool {
  readonly #file: string;
  readonly #kind: HandleKind;
  readonly #free: SqliteConnection[] = [];
  readonly #all: SqliteConnection[] = [];
  readonly #queue: ((connection: SqliteConnection) => void)[] = [];
  #closed = false;

  constructor(file: string, kind: HandleKind) {
    this.#file = file;
    this.#kind = kind;
  }

  async read<T>(query: (reader: Reader) => Promise<T>): Promise<T> {
    if (this.#closed) throw new CoreError('unavailable', 'The server is shutting down.');
    const connection = await this.#acquire();
    const guarded = new GuardedConnection(connection, 'read');
    try {
      connection.run('begin');
      return await query(readerOn(this.#kind, guarded));
    } finally {
      guarded.end();
      if (connection.database.isOpen && connection.database.isTransaction) connection.run('commit');
      this.#release(connection);
    }
  }

  forgetStatements(): void {
    for (const connection of this.#all) connection.forgetStatements();
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#all) connection.close();
  }

  #acquire(): SqliteConnection | Promise<SqliteConnection> {
    const free = this.#free.pop();
    if (free) return free;
    if (this.#all.length < mostConnections) {
      const connection = new SqliteConnection(this.#file, { readOnly: true });
      this.#all.push(connection);
      return connection;
    }
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  #release(connection: SqliteConnection): void {
    const next = this.#queue.shift();
    if (next) next(connection);
    else this.#free.push(connection);
  }
}
