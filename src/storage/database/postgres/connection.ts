import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import pg from 'pg';
import { CoreError } from '../../../errors/index.ts';
import { portableParameters } from '../parameters.ts';
import { postgresError } from './errors.ts';

const { int8, numeric, bool } = { int8: 20, numeric: 1700, bool: 16 };

function exactNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new CoreError('internal', `The number ${text} is too large for JavaScript.`);
  }
  return value;
}

/** 64-bit integers and sums come as numbers and booleans as 0 or 1, as SQLite gives them. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === int8 || oid === numeric) return exactNumber;
    if (oid === bool) return (text: string) => (text === 't' ? 1 : 0);
    return pg.types.getTypeParser(oid, format);
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/** The server finds out within half a minute that a replica has gone without a word, and frees what it had locked. */
const sessionSettings = [
  'tcp_keepalives_idle=10',
  'tcp_keepalives_interval=5',
  'tcp_keepalives_count=4',
  'idle_in_transaction_session_timeout=300000',
];

/** What every connection to the database has in common; `settings` are further ones of its session. */
export function clientConfig(url: string, settings: readonly string[] = []): pg.ClientConfig {
  return {
    connectionString: url,
    types,
    application_name: 'slipway',
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    options: [...sessionSettings, ...settings].map((setting) => `-c ${setting}`).join(' '),
  };
}

const countingCommands = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** One connection to PostgreSQL, as the query builder sees it. */
export class PostgresConnection implements DatabaseConnection {
  readonly #client: pg.ClientBase;

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const values = portableParameters(query.parameters);
    try {
      const { command, rowCount, rows } = await this.#client.query(query.sql, values);
      return countingCommands.has(command) ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows };
    } catch (error) {
      throw postgresError(error, query.sql);
    }
  }

  // biome-ignore lint/correctness/useYield: the driver interface asks for a generator; large results go through Storage.scan.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new CoreError('internal', 'Streaming goes through Storage.scan.');
  }
}
