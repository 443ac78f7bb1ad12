import type pg from 'pg';
import { isCoreError } from '../../../errors/index.ts';
import { postgresError } from './errors.ts';

/** A connection of the pool; throws `unavailable`. */
export async function takeClient(pool: pg.Pool): Promise<pg.PoolClient> {
  return await pool.connect().catch((error: unknown) => {
    throw postgresError(error);
  });
}

/**
 * Ends a transaction without its changes and gives the connection back. One that does not answer any more (`met`) is
 * thrown away at once: a rollback would wait for it again.
 */
export async function rollBackAndRelease(client: pg.PoolClient, met?: unknown): Promise<void> {
  if (isCoreError(postgresError(met), 'unavailable')) {
    client.release(true);
    return;
  }
  await client.query('rollback').then(
    () => client.release(),
    (error: Error) => client.release(error),
  );
}
