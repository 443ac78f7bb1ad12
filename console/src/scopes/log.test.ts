import { expect, test } from 'vitest';
import type { LogLine } from '../scope-deployment-api.ts';
import { afterChange, piecesOf } from './log.ts';

const line = (text: string): LogLine => ({ instance: 'one', at: 1, stream: 'stdout', text });
const texts = (lines: readonly LogLine[]) => lines.map(({ text }) => text).join('');

test('lines are added behind those that stand', () => {
  const shown = [...'abc'].map(line);
  expect(texts(afterChange(shown, { dropped: 0, kept: 3, lines: [line('d')] }))).toBe('abcd');
  expect(texts(afterChange(shown, { dropped: 1, kept: 2, lines: [line('d')] }))).toBe('bcd');
  expect(texts(afterChange(shown, { dropped: 0, kept: 2, lines: [line('x'), line('c')] }))).toBe('abxc');
  expect(texts(afterChange(shown, { dropped: 3, kept: 0, lines: [line('x')] }))).toBe('x');
});

test('a line keeps its colours and steers nothing', () => {
  expect(piecesOf('\u001b[31mbad\u001b[0m news\u001b[2J')).toEqual([
    { text: 'bad', look: 'ink-1' },
    { text: ' news', look: '' },
  ]);
  expect(piecesOf('')).toEqual([]);
});
