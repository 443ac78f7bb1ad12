import type { Compilable } from 'kysely';
import type pg from 'pg';
import { GuardedConnection, readerOn } from '../handle.ts';
import { portableParameters } from '../parameters.ts';
import type { Reader } from '../storage.ts';
import { rollBackAndRelease, takeClient } from './client.ts';
import { PostgresConnection } from './connection.ts';
import { postgresError } from './errors.ts';
import { postgresKind } from './kind.ts';

const beginSnapshot = 'begin isolation level repeatable read read only';

/** Runs `query` in a transaction that sees one snapshot. */
export async function readSnapshot<T>(pool: pg.Pool, query: (reader: Reader) => Promise<T>): Promise<T> {
  const client = await takeClient(pool);
  const guarded = new GuardedConnection(new PostgresConnection(client), 'read');
  let met: unknown;
  try {
    await client.query(beginSnapshot);
    return await query(readerOn(postgresKind, guarded));
  } catch (error) {
    met = postgresError(error);
    throw met;
  } finally {
    guarded.end();
    await rollBackAndRelease(client, met);
  }
}

/** Streams the rows of a query through a cursor, `batchSize` at a time. */
export async function* scanByCursor<Row>(
  pool: pg.Pool,
  query: (reader: Reader) => Compilable<Row>,
  batchSize: number,
): AsyncGenerator<Row[]> {
  const client = await takeClient(pool);
  let met: unknown;
  try {
    await client.query(beginSnapshot);
    const { sql, parameters } = query(readerOn(postgresKind, new PostgresConnection(client))).compile();
    await client.query(`declare scan no scroll cursor for ${sql}`, portableParameters(parameters));
    for (;;) {
      const { rows } = await client.query(`fetch ${batchSize} from scan`);
      if (rows.length === 0) break;
      yield rows;
    }
  } catch (error) {
    met = postgresError(error);
    throw met;
  } finally {
    await rollBackAndRelease(client, met);
  }
}
