import {
  type CompiledQuery,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  DummyDriver,
  type QueryResult,
  SingleConnectionProvider,
  Transaction,
} from 'kysely';
import { CoreError } from '../../errors/index.ts';
import type { Reader, SqlFlavor, Unit } from './storage.ts';

/** How queries of one engine are compiled; the handles bring their own connection. */
export interface HandleKind {
  readonly dialect: Dialect;
  readonly flavor: SqlFlavor;
}

/**
 * Lets queries through until `end`, and knows whether one is under way. The first query that fails ends a unit on
 * PostgreSQL, so it does here: what a test on SQLite lets pass must also hold there.
 */
export class GuardedConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection;
  readonly #what: string;
  #ended = false;
  #underWay = 0;
  #failure: { readonly error: unknown } | undefined;
  /** Called when the last query under way has been answered. */
  onIdle: (() => void) | undefined;

  constructor(connection: DatabaseConnection, what: string) {
    this.#connection = connection;
    this.#what = what;
  }

  get idle(): boolean {
    return this.#underWay === 0;
  }

  /** What the first failed query threw. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  end(): void {
    this.#ended = true;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#ended) {
      throw new CoreError('internal', `A query came after its ${this.#what} had ended.`, {
        internal: query.sql,
      });
    }
    if (this.#failure) throw this.#failure.error;
    this.#underWay += 1;
    try {
      return await this.#connection.executeQuery<Row>(query);
    } catch (error) {
      this.#failure = { error };
      throw error;
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.onIdle?.();
    }
  }

  // biome-ignore lint/correctness/useYield: the driver interface asks for a generator; large results go through Storage.scan.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new CoreError('internal', 'Streaming goes through Storage.scan.');
  }
}

/** The query builder on one connection. */
export function tablesOn(kind: HandleKind, connection: DatabaseConnection): Transaction<unknown> {
  const { dialect } = kind;
  return new Transaction<unknown>({
    config: { dialect },
    dialect,
    driver: new DummyDriver(),
    executor: new DefaultQueryExecutor(
      dialect.createQueryCompiler(),
      dialect.createAdapter(),
      new SingleConnectionProvider(connection),
    ),
  });
}

/** A handle for reading on one connection. */
export function readerOn(kind: HandleKind, connection: DatabaseConnection): Reader {
  const tables = tablesOn(kind, connection);
  return { tables: <Tables>() => tables as unknown as Transaction<Tables>, flavor: kind.flavor };
}

/** What a unit asked for besides its rows; done once the commit is durable. */
export interface AfterCommit {
  readonly notifications: { readonly channel: string; readonly payload: string }[];
  readonly effects: (() => void)[];
}

/** 4 KB: PostgreSQL refuses notifications of 8,000 bytes and more, and ours carry a channel name and quotes too. */
const notificationLimit = 4096;

/** A handle for writing on one connection, and what it collected for after the commit. */
export function unitOn(
  kind: HandleKind,
  connection: DatabaseConnection,
  now: number,
): { unit: Unit; after: AfterCommit } {
  const tables = tablesOn(kind, connection);
  const after: AfterCommit = { notifications: [], effects: [] };
  const unit: Unit = {
    tables: <Tables>() => tables as unknown as Transaction<Tables>,
    flavor: kind.flavor,
    now,
    notify(channel, payload) {
      if (Buffer.byteLength(payload) > notificationLimit) {
        throw new CoreError(
          'internal',
          `A notification on ${channel} is longer than ${notificationLimit} bytes.`,
        );
      }
      // PostgreSQL folds equal notifications of one transaction into one.
      if (after.notifications.some((other) => other.channel === channel && other.payload === payload)) return;
      after.notifications.push({ channel, payload });
    },
    afterCommit: (effect) => {
      after.effects.push(effect);
    },
  };
  return { unit, after };
}
