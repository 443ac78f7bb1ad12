import { expect, it } from 'vitest';
import { koreanText } from './korean-text.ts';

it.each([
  ['c7d1b1db2e706e67', '한글.png'],
  ['8c63b9e6', '똠방'],
  ['8141', '갂'],
  ['c652', '힣'],
  ['a041', '잸'],
  ['61a1a162', 'a　b'],
  ['', ''],
  ['41', 'A'],
])('CP949 %s is %s', (hex, text) => {
  expect(koreanText(Buffer.from(hex, 'hex'))).toBe(text);
});

it('takes any bytes', () => {
  for (const hex of ['ff', '81', '80ff', 'c7d1ff', '8c']) {
    expect(typeof koreanText(Buffer.from(hex, 'hex'))).toBe('string');
  }
});
