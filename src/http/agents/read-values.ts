import { CoreError } from '../../errors/index.ts';

// Reading by hand what agents send: a schema would cost more than the rest of a poll.

/** A JSON object. */
export function object(given: unknown, path: string): Record<string, unknown> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalid(path, 'an object');
  return given as Record<string, unknown>;
}

/** A list of at most `most` items. */
export function list(given: unknown, path: string, most: number): unknown[] {
  if (!Array.isArray(given) || given.length > most) throw invalid(path, `a list of at most ${most}`);
  return given;
}

/** A text of `least` to `most` characters without NUL. */
export function text(given: unknown, path: string, most: number, least = 1): string {
  if (typeof given !== 'string' || given.length < least || given.length > most || given.includes('\0')) {
    throw invalid(path, `a text of ${least} to ${most} characters without NUL`);
  }
  return given;
}

/** A whole number from `least` to `most`. */
export function integer(given: unknown, path: string, least: number, most: number): number {
  if (!Number.isSafeInteger(given) || (given as number) < least || (given as number) > most) {
    throw invalid(path, `a whole number from ${least} to ${most}`);
  }
  return given as number;
}

/** One of a few words. */
export function oneOf<Value extends string>(given: unknown, values: readonly Value[], path: string): Value {
  if (!values.includes(given as Value)) throw invalid(path, `one of ${values.join(', ')}`);
  return given as Value;
}

/** What the readers throw: `invalid`, with the path of the mistake. */
export function invalid(path: string, expected: string): CoreError {
  return new CoreError('invalid', `${path} should be ${expected}`, { path });
}
