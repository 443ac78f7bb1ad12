import { expect, it } from 'vitest';
import { CoreError } from '../../errors/index.ts';
import { failureOf, isOurFault, refusal, refusalBecause, results } from './errors.ts';

it('the blanks of a message are filled in their order', () => {
  expect(refusal('OUT_OF_RANGE', 'quality', 1, 100).message).toBe(
    "'quality' must be more than '1' or less than '100'.",
  );
  expect(failureOf(refusal('FOLDER_EXISTS', '/a$&b'))).toEqual({
    resultCode: 20_000,
    resultMessage: 'There is already a folder at the given destination. path: /a$&b',
  });
});

it('each code stands in the table once, sorted', () => {
  const codes = Object.values(results).map(({ resultCode }) => resultCode);
  expect(codes).toEqual([...codes].sort((a, b) => a - b));
  expect(new Set(codes).size).toBe(codes.length);
});

it('what nobody foresaw is an unknown error, and tells nothing of itself', () => {
  for (const error of [new Error('secret'), new CoreError('internal', 'secret'), 'secret', undefined]) {
    expect(failureOf(error)).toEqual({ resultCode: -1, resultMessage: 'Unknown error.' });
  }
});

it('a disk that does not do its part is ours to look into, what a caller did wrong is not', () => {
  const full = new CoreError('unavailable', 'The disk is full.');
  expect(failureOf(full)).toEqual({ resultCode: 24_001, resultMessage: 'The storage upload failed.' });
  expect([full, refusal('DELETE_FAILED'), new Error('unforeseen')].map(isOurFault)).toEqual([
    true,
    true,
    true,
  ]);
  expect(refusalBecause(full, 'DELETE_FAILED')).toMatchObject({ resultCode: 21_030, cause: full });
  const theirs = [refusal('NAME_TAKEN'), refusal('TOO_LARGE'), new CoreError('invalid', 'no')];
  expect(theirs.map(isOurFault)).toEqual([false, false, false]);
});
