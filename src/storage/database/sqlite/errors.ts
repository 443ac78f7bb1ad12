import { CoreError } from '../../../errors/index.ts';

/**
 * The machine's trouble, not the query's. Errors are told apart by SQLite's own English messages, which don't change:
 * the binding leaves out the result code when a query that answers rows fails.
 */
const machineTrouble: readonly (readonly [RegExp, string])[] = [
  [/database (table )?is locked/, 'another process holds the database'],
  [/disk I\/O error/, 'the disk reported an error'],
  [/database or disk is full/, 'the disk is full'],
  [/unable to open database file/, 'the database file cannot be opened'],
];

/** The core error that an error of SQLite means; other errors are returned as they are. */
export function sqliteError(error: unknown, sql?: string): unknown {
  if (!(error instanceof Error) || error instanceof CoreError) return error;
  if ((error as NodeJS.ErrnoException).code !== 'ERR_SQLITE_ERROR') return error;
  const { message } = error;
  const detail = { internal: sql === undefined ? message : `${message}: ${sql}`, cause: error };
  if (message.startsWith('UNIQUE constraint failed')) {
    return new CoreError('conflict', 'The same thing exists already.', detail);
  }
  if (message.startsWith('FOREIGN KEY constraint failed')) {
    return new CoreError(
      'precondition',
      'Something refers to this, or what this refers to does not exist.',
      detail,
    );
  }
  const trouble = machineTrouble.find(([pattern]) => pattern.test(message));
  if (trouble) return new CoreError('unavailable', `The database cannot answer: ${trouble[1]}.`, detail);
  return new CoreError('internal', 'A query failed.', detail);
}
