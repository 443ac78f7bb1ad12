import { CoreError } from '../../errors/index.ts';

/**
 * Makes the parameters of a query mean the same on both engines: booleans become 0 and 1. Throws `invalid` for text
 * with a NUL character (PostgreSQL refuses it, SQLite would cut the text there) and for an integer beyond 2^53, which
 * JavaScript can't hold exactly.
 */
export function portableParameters(parameters: readonly unknown[]): unknown[] {
  return parameters.map((value) => {
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (value === undefined) {
      throw new CoreError('internal', 'A query has an undefined parameter.', {
        internal: 'bind null, or leave it out',
      });
    }
    if (typeof value === 'string' && value.includes('\0')) {
      throw new CoreError('invalid', 'Text must not contain the NUL character (U+0000).');
    }
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
      throw new CoreError('invalid', `The number ${value} is too large: at most ${Number.MAX_SAFE_INTEGER}.`);
    }
    return value;
  });
}
