import { CoreError } from '../../errors/index.ts';

/** Whether `text` can name a blob: 64 lower-case hex digits. Anything else never reaches a path or an object key. */
export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** The error for a blob that is not there. */
export function noSuchBlob(sha256: string): CoreError {
  return new CoreError('not-found', 'These bytes are not stored here.', {
    internal: `no blob ${sha256.slice(0, 80)}`,
  });
}
