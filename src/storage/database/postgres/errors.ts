import pg from 'pg';
import { CoreError } from '../../../errors/index.ts';

/** Another transaction was in the way; the same unit may well pass now (serialization failure, deadlock). */
export function isCollision(error: unknown): boolean {
  const code = codeOf(error instanceof CoreError ? error.cause : error);
  return code === '40001' || code === '40P01';
}

/** Connection trouble as Node and the driver name it. */
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** Connection exceptions (08), a shutdown or restart (57P), no resources (53): https://www.postgresql.org/docs/current/errcodes-appendix.html */
const awayCodes = /^(08...|57P..|53...)$/;
const awayMessages =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|not queryable|cannot use a pool after calling end/i;

/** The core error that an error of PostgreSQL or its driver means; other errors are returned as they are. */
export function postgresError(error: unknown, sql?: string): unknown {
  if (!(error instanceof Error) || error instanceof CoreError) return error;
  const code = codeOf(error) ?? '';
  const internal = [code, error.message, sql].filter(Boolean).join(': ');
  if (code === '23505')
    return new CoreError('conflict', 'The same thing exists already.', { internal, cause: error });
  if (code === '23503') {
    return new CoreError('precondition', 'Something refers to this, or what this refers to does not exist.', {
      internal,
      cause: error,
    });
  }
  if (networkCodes.has(code) || awayCodes.test(code) || awayMessages.test(error.message)) {
    return new CoreError('unavailable', 'The database does not answer. Try again in a moment.', {
      internal,
      cause: error,
    });
  }
  if (!(error instanceof pg.DatabaseError)) return error;
  return new CoreError('internal', 'A query failed.', { internal, cause: error });
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
