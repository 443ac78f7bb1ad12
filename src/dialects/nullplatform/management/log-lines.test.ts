import { expect, test } from 'vitest';
import { type LogLine, logChange } from './log-lines.ts';

const line = (text: string): LogLine => ({ instance: 'one', at: 1, stream: 'stdout', text });
const lines = (text: string) => [...text].map(line);

test.each([
  ['the first look tells everything', '', 'abc', 0, 'abc'],
  ['what came since is told', 'abc', 'abcd', 3, 'd'],
  ['what has left at the other end is not kept', 'abc', 'bcd', 2, 'd'],
  ['nothing came', 'abc', 'abc', 3, ''],
  ['the same line again is a new line', 'aaa', 'aaaa', 3, 'a'],
  ['a line that came late tells all anew', 'abd', 'abcd', 0, 'abcd'],
  ['as does another log', 'abc', 'xyz', 0, 'xyz'],
  ['and one that has been emptied', 'abc', '', 0, ''],
])('%s', (_what, before, after, kept, told) => {
  expect(logChange(lines(before), lines(after))).toEqual({ kept, lines: lines(told) });
});
