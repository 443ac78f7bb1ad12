import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMasker } from './masker.ts';

function maskInChunks(text: string, values: readonly string[], sizes: readonly number[]): string {
  const masker = createMasker(values);
  const bytes = Buffer.from(text);
  const parts: Buffer[] = [];
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    parts.push(Buffer.from(masker.push(bytes.subarray(at, at + size))));
    at += size;
  }
  parts.push(masker.end());
  return Buffer.concat(parts).toString();
}

test('a value that is split between two chunks is masked', () => {
  expect(maskInChunks('key=s3cret!', ['s3cret'], [6])).toBe('key=******!');
  expect(maskInChunks('key=s3cret!', ['s3cret'], [1])).toBe('key=******!');
});

test('the longer of two values that begin alike is masked, and the shorter one where only it stands', () => {
  expect(maskInChunks('abcdef abc abd', ['abc', 'abcdef'], [1])).toBe('****** ****** abd');
});

test('what only looked like the beginning of a value is passed on', () => {
  expect(maskInChunks('s3cre', ['s3cret'], [2])).toBe('s3cre');
});

test('text without a beginning of a value is passed on at once', () => {
  const masker = createMasker(['s3cret']);
  expect(masker.push(Buffer.from('progress 10 %')).toString()).toBe('progress 10 %');
  expect(masker.push(Buffer.from(' s3')).toString()).toBe(' ');
});

test('a value of several bytes a letter is masked when its letters are split', () => {
  expect(maskInChunks('비밀번호는 암호입니다', ['암호'], [1])).toBe('비밀번호는 ******입니다');
});

test('a value that began before a restart shows none of its bytes', () => {
  const masker = createMasker(['s3cret']);
  const stream = Buffer.from('xxs3cretyy');
  const context = masker.longest - 1;
  for (let start = 3; start <= stream.length; start += 1) {
    const from = Math.max(0, start - context);
    const shown = Buffer.concat([
      masker.restart(stream.subarray(from), start - from),
      masker.end(),
    ]).toString();
    expect(shown).toMatch(/^(\*{6})?y{0,2}$/);
  }
});

test('no chunking lets a value through', () => {
  const alphabet = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 });
  const value = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      alphabet,
      fc.array(value, { minLength: 1, maxLength: 3 }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
      (text, values, sizes) => {
        const masked = maskInChunks(text, values, sizes);
        expect(masked).toBe(maskInChunks(text, values, [1000]));
        for (const each of values) expect(masked).not.toContain(each);
      },
    ),
  );
});
