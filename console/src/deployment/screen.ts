import { createTerminal, type Piece } from '../terminal.ts';

/** Lines in one block of the screen; blocks that are out of sight cost the browser nothing (`content-visibility`). */
const linesPerBlock = 200;

/** Where output is written, piece by piece. */
export interface Screen {
  /** Adds bytes of UTF-8, cut anywhere. */
  write(bytes: Uint8Array): void;
  /** What stands on the screen, for the clipboard. */
  text(): string;
}

/**
 * Empties `element` and writes output into it. It changes the document itself: comparing a megabyte of lines with
 * what they were, as a component would, costs more than adding one. A stream whose begin was cut may start within a
 * character; those bytes are left out.
 */
export function createScreen(element: HTMLElement, startsCut: boolean): Screen {
  const decoder = new TextDecoder();
  const terminal = createTerminal();
  let atStart = startsCut;
  let lines = 0;
  let block = document.createElement('div');
  const unfinished = document.createElement('span');
  block.append(unfinished);
  element.replaceChildren(block);

  function addLine(line: readonly Piece[]): void {
    if (lines > 0 && lines % linesPerBlock === 0) {
      block = document.createElement('div');
      element.append(block);
      block.append(unfinished);
    }
    lines += 1;
    unfinished.before(...nodes(line), '\n');
  }

  return {
    write(bytes) {
      const whole = atStart ? bytes.subarray(firstCharacter(bytes)) : bytes;
      atStart = false;
      for (const line of terminal.feed(decoder.decode(whole, { stream: true }))) addLine(line);
      unfinished.replaceChildren(...nodes(terminal.rest()));
    },
    text: () => element.textContent ?? '',
  };
}

/** The first byte that begins a character: continuation bytes of UTF-8 are 10xxxxxx, at most three in a row. */
function firstCharacter(bytes: Uint8Array): number {
  let at = 0;
  while (at < 3 && at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return at;
}

function nodes(line: readonly Piece[]): (string | Node)[] {
  return line.map(({ text, look }) => {
    if (look === '') return text;
    const span = document.createElement('span');
    span.className = look;
    span.textContent = text;
    return span;
  });
}
