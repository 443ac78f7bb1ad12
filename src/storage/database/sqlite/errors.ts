import { CoreError } from '../../../errors/index.ts';

interface SqliteError extends Error {
  /** The extended result code; the low byte is the primary one (https://sqlite.org/rescode.html). */
  readonly sqliteExtendedCode?: number;
}

const uniqueCodes = new Set([2067, 1555, 2579]);
const foreignKeyCode = 787;
/** BUSY, IOERR, FULL, CANTOPEN: the machine's trouble, not the query's. */
const machineCodes = new Map([
  [5, 'another process holds the database'],
  [10, 'the disk reported an error'],
  [13, 'the disk is full'],
  [14, 'the database file cannot be opened'],
]);

/** The core error that an error of SQLite means; other errors are returned as they are. */
export function sqliteError(error: unknown, sql?: string): unknown {
  if (!(error instanceof Error) || error instanceof CoreError) return error;
  const code = (error as SqliteError).sqliteExtendedCode;
  if (code === undefined) return error;
  const internal = sql === undefined ? error.message : `${error.message}: ${sql}`;
  if (uniqueCodes.has(code)) {
    return new CoreError('conflict', 'The same thing exists already.', { internal, cause: error });
  }
  if (code === foreignKeyCode) {
    return new CoreError('precondition', 'Something refers to this, or what this refers to does not exist.', {
      internal,
      cause: error,
    });
  }
  const trouble = machineCodes.get(code & 0xff);
  if (trouble)
    return new CoreError('unavailable', `The database cannot answer: ${trouble}.`, {
      internal,
      cause: error,
    });
  return new CoreError('internal', 'A query failed.', { internal, cause: error });
}
