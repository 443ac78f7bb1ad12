import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../../../test/harness/any-character.ts';
import { freeTimeLabel, isVersionTooLong, normalVersion, timeLabel } from './binary-version.ts';

const seoul = 'Asia/Seoul';

describe('versions', () => {
  it.each([
    ['feature/x 1+2', 'featurex_12'],
    ['  1.4.2  ', '1.4.2'],
    ['a\tb\nc', 'a_b_c'],
    ['(1)-_~.,', '(1)-_~.,'],
    ['!"#$%&\'*+/:;<=>?@[\\]^`{|}', ''],
    ['릴리스 1', '릴리스_1'],
    ['v1\u0000\u0007\u0085', 'v1'],
    ['', ''],
  ])('%j is stored as %j', (given, stored) => {
    expect(normalVersion(given)).toBe(stored);
  });

  it('stay as they are when they are normalised again', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        const once = normalVersion(text);
        return normalVersion(once) === once;
      }),
    );
  });

  it('may have 100 characters, whatever their size in UTF-16', () => {
    expect(isVersionTooLong('😀'.repeat(100))).toBe(false);
    expect(isVersionTooLong('😀'.repeat(101))).toBe(true);
    expect(isVersionTooLong('a'.repeat(101))).toBe(true);
  });
});

describe('generated labels', () => {
  const began = Date.UTC(2024, 5, 27, 5, 18, 38, 900);

  it('show the second of the upload on a Korean clock', () => {
    expect(timeLabel(began, seoul)).toBe('20240627141838');
  });

  it('take the next free second', () => {
    expect(freeTimeLabel(began, seoul, new Set())).toBe('20240627141838');
    expect(freeTimeLabel(began, seoul, new Set(['20240627141838', '20240627141839']))).toBe('20240627141840');
  });
});
