import type pg from 'pg';
import { takeClient } from './client.ts';
import { postgresError } from './errors.ts';

/**
 * Runs `once` while no other session of the database holds the advisory lock of this name. The lock belongs to a
 * connection: should that break, the lock is free while `once` still runs.
 */
export async function underAdvisoryLock<T>(pool: pg.Pool, name: string, once: () => Promise<T>): Promise<T> {
  const client = await takeClient(pool);
  let broken: Error | undefined;
  try {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]).catch((error: unknown) => {
      throw postgresError(error);
    });
    return await once();
  } finally {
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch((error: Error) => {
      broken = error;
    });
    client.release(broken);
  }
}
