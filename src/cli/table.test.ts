import { describe, expect, test } from 'vitest';
import { cell, durationCell, formatTable, timeCell } from './table.ts';

describe('tables', () => {
  test('columns are as wide as their widest cell, and lines have no blanks at their end', () => {
    expect(
      formatTable(
        ['name', 'up'],
        [
          ['web-1', 'yes'],
          ['a', ''],
        ],
      ),
    ).toBe('NAME   UP\nweb-1  yes\na');
  });

  test('the words of a field’s name stay apart in its heading', () => {
    expect(formatTable(['appKey', 'ID', 'last heard'], [])).toBe('APP KEY  ID  LAST HEARD');
  });

  test('letters that take two columns of a terminal are counted so', () => {
    expect(
      formatTable(
        ['a', 'b'],
        [
          ['배포', 'x'],
          ['abcd', 'y'],
        ],
      ),
    ).toBe('A     B\n배포  x\nabcd  y');
  });

  test('control characters of a cell never reach the terminal', () => {
    expect(cell('a\u001b[31mred\u0007\nb')).toBe('a [31mred b');
  });

  test.each([
    [null, '-'],
    [undefined, '-'],
    [0, '0'],
    [false, 'false'],
    [{ a: 1 }, '{"a":1}'],
  ])('%j is shown as %s', (value, shown) => {
    expect(cell(value)).toBe(shown);
  });

  test.each([
    [null, null, '-'],
    [0, 850, '850 ms'],
    [0, 12_400, '12.4 s'],
    [0, 185_000, '3 min 5 s'],
    [100_000, null, '1 min 40 s'],
  ])('from %s to %s took %s', (from, to, shown) => {
    expect(durationCell(from, to, 200_000)).toBe(shown);
  });

  test('a time is shown to the second in the reader’s own zone', () => {
    expect(timeCell(new Date(2026, 0, 31, 4, 5, 9).getTime())).toBe('2026-01-31 04:05:09');
  });
});
