import { expect, test } from 'vitest';
import { type LogLine, logChange } from './log-lines.ts';

const line = (text: string): LogLine => ({ instance: 'one', at: 1, stream: 'stdout', text });
const lines = (text: string) => [...text].map(line);

test.each([
  ['the first look tells everything', '', 'abc', 0, 0, 'abc'],
  ['what came since is told', 'abc', 'abcd', 0, 3, 'd'],
  ['what has left at the other end is not kept', 'abc', 'bcd', 1, 2, 'd'],
  ['nothing came', 'abc', 'abc', 0, 3, ''],
  ['the same line again is a new line', 'aaa', 'aaaa', 0, 3, 'a'],
  ['a line that came late is told with those behind it', 'abd', 'abcd', 0, 2, 'cd'],
  ['also when others have left', 'abcdf', 'cdefg', 2, 2, 'efg'],
  ['another log is told anew', 'abc', 'xyz', 3, 0, 'xyz'],
  ['and one that has been emptied', 'abc', '', 3, 0, ''],
])('%s', (_what, before, after, dropped, kept, told) => {
  expect(logChange(lines(before), lines(after))).toEqual({ dropped, kept, lines: lines(told) });
});
