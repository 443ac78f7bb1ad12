import type { Compilable } from 'kysely';
import type pg from 'pg';
import { GuardedConnection, readerOn } from '../handle.ts';
import { portableParameters } from '../parameters.ts';
import type { Reader } from '../storage.ts';
import { PostgresConnection } from './connection.ts';
import { postgresError } from './errors.ts';
import { postgresKind } from './kind.ts';

/** Runs `query` in a transaction that sees one snapshot. */
export async function readSnapshot<T>(pool: pg.Pool, query: (reader: Reader) => Promise<T>): Promise<T> {
  return await inSnapshot(pool, async (client) => {
    const guarded = new GuardedConnection(new PostgresConnection(client), 'read');
    try {
      return await query(readerOn(postgresKind, guarded));
    } finally {
      guarded.end();
    }
  });
}

/** Streams the rows of a query through a cursor, `batchSize` at a time. */
export async function* scanByCursor<Row>(
  pool: pg.Pool,
  query: (reader: Reader) => Compilable<Row>,
  batchSize: number,
): AsyncGenerator<Row[]> {
  const client = await connect(pool);
  let broken: Error | undefined;
  try {
    await client.query('begin isolation level repeatable read read only');
    const compiled = query(readerOn(postgresKind, new PostgresConnection(client))).compile();
    await client.query(
      `declare scan no scroll cursor for ${compiled.sql}`,
      portableParameters(compiled.parameters),
    );
    for (;;) {
      const { rows } = await client.query(`fetch ${batchSize} from scan`);
      if (rows.length === 0) break;
      yield rows;
    }
  } catch (error) {
    throw postgresError(error);
  } finally {
    await client.query('rollback').catch((cause: Error) => {
      broken = cause;
    });
    client.release(broken);
  }
}

async function inSnapshot<T>(pool: pg.Pool, once: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await connect(pool);
  let broken: Error | undefined;
  try {
    await client.query('begin isolation level repeatable read read only');
    return await once(client);
  } catch (error) {
    throw postgresError(error);
  } finally {
    await client.query('rollback').catch((cause: Error) => {
      broken = cause;
    });
    client.release(broken);
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  return await pool.connect().catch((error: unknown) => {
    throw postgresError(error);
  });
}
