import type { Logger } from 'pino';
import { CoreError } from '../../errors/index.ts';
import type { Clock } from '../clock.ts';
import { SqliteStorage } from './sqlite/sqlite-storage.ts';
import type { Storage } from './storage.ts';

/**
 * Opens the database that `url` names: `sqlite:<file>` or `postgres://…`. Throws `invalid` for another scheme and
 * `unavailable` when the database can't be opened. Migrations are applied by `Storage.migrate`.
 * @example const storage = await openStorage({ url: 'sqlite:./data/slipway.db', clock: systemClock, log });
 */
export async function openStorage(options: { url: string; clock: Clock; log: Logger }): Promise<Storage> {
  const { url, clock, log } = options;
  if (url.startsWith('sqlite:')) return new SqliteStorage({ file: url.slice('sqlite:'.length), clock, log });
  if (/^postgres(ql)?:\/\//.test(url)) {
    // Only servers that use it pay for the driver.
    const { PostgresStorage } = await import('./postgres/postgres-storage.ts');
    return await PostgresStorage.open({ url, clock, log });
  }
  throw new CoreError(
    'invalid',
    `The database URL must begin with sqlite: or postgres://, not ${url.split(':')[0]}:.`,
  );
}
