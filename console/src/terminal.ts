/** A run of characters of one look. `look` is a list of class names, empty for plain text. */
export interface Piece {
  readonly text: string;
  readonly look: string;
}

/** Turns what a program wrote for a terminal into lines of text. */
export interface Terminal {
  /** Takes the next characters, cut anywhere, and answers the lines that they finished. */
  feed(text: string): Piece[][];
  /** The line that has no end yet. */
  rest(): Piece[];
}

/** Longest escape sequence that is waited for; a longer one is shown as text. */
const longestEscape = 256;

/**
 * Reads what programs write when they think of a terminal: colours and weights are kept, a lone carriage return
 * starts the line again (progress bars), every other control sequence is dropped.
 */
export function createTerminal(): Terminal {
  let line: Piece[] = [];
  let look = '';
  let style: Style = plain;
  let held = '';
  let restart = false;

  function write(text: string): void {
    if (text === '') return;
    if (restart) {
      line = [];
      restart = false;
    }
    const last = line.at(-1);
    if (last?.look === look) line[line.length - 1] = { text: last.text + text, look };
    else line.push({ text, look });
  }

  function feed(incoming: string): Piece[][] {
    const text = held + incoming;
    held = '';
    const finished: Piece[][] = [];
    const control = /[^\P{Cc}\t]/gu;
    let from = 0;
    for (let found = control.exec(text); found !== null; found = control.exec(text)) {
      const at = found.index;
      write(text.slice(from, at));
      from = at + 1;
      if (found[0] === '\n') {
        finished.push(line);
        line = [];
        restart = false;
      } else if (found[0] === '\r') {
        restart = true;
      } else if (found[0] === '\x1b') {
        const sequence = readEscape(text, at);
        if (sequence === undefined && text.length - at < longestEscape) {
          held = text.slice(at);
          return finished;
        }
        if (sequence === undefined) continue;
        from = sequence.end;
        control.lastIndex = sequence.end;
        if (sequence.graphics !== undefined) {
          style = applyGraphics(style, sequence.graphics);
          look = lookOf(style);
        }
      }
    }
    write(text.slice(from));
    return finished;
  }

  return { feed, rest: () => line };
}

interface Style {
  readonly colour: number | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
}

const plain: Style = { colour: undefined, bold: false, dim: false, underline: false };

/** The sequence at `at`: where it ends and, for "select graphic rendition", its numbers. Undefined while it is incomplete. */
function readEscape(text: string, at: number): { end: number; graphics?: number[] } | undefined {
  const kind = text[at + 1];
  if (kind === undefined) return undefined;
  if (kind === '[') {
    const body = /[0-?]*[ -/]*([@-~])/y;
    body.lastIndex = at + 2;
    const found = body.exec(text);
    if (found === null) return undefined;
    const end = at + 2 + found[0].length;
    return found[1] === 'm' ? { end, graphics: found[0].slice(0, -1).split(/[;:]/).map(Number) } : { end };
  }
  if (kind === ']') {
    const ends = [text.indexOf('\x07', at + 2) + 1, text.indexOf('\x1b\\', at + 2) + 2].filter(
      (end) => end > at + 2,
    );
    return ends.length === 0 ? undefined : { end: Math.min(...ends) };
  }
  return { end: at + 2 };
}

function applyGraphics(style: Style, numbers: readonly number[]): Style {
  let next = style;
  for (let place = 0; place < numbers.length; place += 1) {
    const number = numbers[place] ?? 0;
    if (number === 0) next = plain;
    else if (number === 1) next = { ...next, bold: true };
    else if (number === 2) next = { ...next, dim: true };
    else if (number === 4) next = { ...next, underline: true };
    else if (number === 22) next = { ...next, bold: false, dim: false };
    else if (number === 24) next = { ...next, underline: false };
    else if (number >= 30 && number <= 37) next = { ...next, colour: number - 30 };
    else if (number >= 90 && number <= 97) next = { ...next, colour: number - 90 };
    else if (number === 39) next = { ...next, colour: undefined };
    else if (number === 38 || number === 48) {
      // 256 colours take one more number, true colours three: the first eight are kept, the rest read as plain.
      const palette = numbers[place + 1] === 5;
      const colour = numbers[place + 2] ?? 256;
      if (number === 38) next = { ...next, colour: palette && colour < 16 ? colour % 8 : undefined };
      place += palette ? 2 : 4;
    }
  }
  return next;
}

function lookOf(style: Style): string {
  const names: string[] = [];
  // Black and white of a terminal would vanish on one of the two grounds.
  if (style.colour !== undefined && style.colour !== 0 && style.colour !== 7)
    names.push(`ink-${style.colour}`);
  if (style.bold) names.push('ink-bold');
  if (style.dim) names.push('ink-dim');
  if (style.underline) names.push('ink-underline');
  return names.join(' ');
}
