import { describe, expect, test } from 'vitest';
import { createTerminal } from './terminal.ts';

const esc = '\x1b';

function show(...chunks: string[]) {
  const terminal = createTerminal();
  const lines = chunks.flatMap((chunk) => terminal.feed(chunk));
  return { lines, rest: terminal.rest() };
}

const plain = (text: string) => [{ text, look: '' }];

describe('terminal text', () => {
  test('is cut into lines wherever the chunks were cut', () => {
    expect(show('on', 'e\ntw', 'o\n\nthree')).toEqual({
      lines: [plain('one'), plain('two'), []],
      rest: plain('three'),
    });
  });

  test('reads a carriage return before a line feed as one line end, also across chunks', () => {
    expect(show('one\r', '\ntwo\r\n').lines).toEqual([plain('one'), plain('two')]);
  });

  test('lets a lone carriage return write the line again, once something follows', () => {
    expect(show(' 10 %\r 50 %\r')).toEqual({ lines: [], rest: plain(' 50 %') });
    expect(show(' 10 %\r 50 %\r', '100 %\n').lines).toEqual([plain('100 %')]);
  });

  test('keeps colours and weights, and ends them', () => {
    expect(show(`${esc}[1;31mfailed${esc}[0m: no such file`).rest).toEqual([
      { text: 'failed', look: 'ink-1 ink-bold' },
      { text: ': no such file', look: '' },
    ]);
  });

  test('knows bright colours and the start of the palette, and reads every other colour as plain', () => {
    expect(show(`${esc}[92ma${esc}[38;5;4mb${esc}[38;5;200mc${esc}[38;2;1;2;3md`).rest).toEqual([
      { text: 'a', look: 'ink-2' },
      { text: 'b', look: 'ink-4' },
      { text: 'cd', look: '' },
    ]);
  });

  test('never takes the numbers of a true colour for weights', () => {
    expect(show(`${esc}[48;2;1;4;2mx`).rest).toEqual(plain('x'));
  });

  test('waits for a sequence that was cut in the middle', () => {
    expect(show(`a${esc}`, '[3', '2mb').rest).toEqual([
      { text: 'a', look: '' },
      { text: 'b', look: 'ink-2' },
    ]);
  });

  test('drops what moves cursors, names windows and rings bells', () => {
    expect(show(`${esc}[2J${esc}]0;title\x07a\x07${esc}[Kb${esc}(c`).rest).toEqual(plain('abc'));
  });

  test('does not wait for ever for an escape that never ends', () => {
    const { rest } = show(`${esc}]${'x'.repeat(300)}`);
    expect(rest).toEqual(plain(`]${'x'.repeat(300)}`));
  });
});
