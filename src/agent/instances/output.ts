import {
  closeSync,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createMasker, type Masker } from '../masker.ts';

const followMilliseconds = 150;
/** A file is copied away and emptied when it has grown to this. */
const rotateBytes = 8 * 1_048_576;
/** Of what was written faster than it can be passed on, the end counts. */
const mostBehind = 524_288;
const longestLine = 8192;
const tailLength = 4096;

interface Stream {
  readonly name: 'stdout' | 'stderr';
  readonly file: string;
  readonly handle: number;
  readonly masker: Masker;
  /** What was written before the file was emptied for the last time. */
  base: number;
  /** Everything before was passed on; where a line begins, or goes on that is longer than the longest. */
  position: number;
  /** The rest of a line whose beginning the masker has held back. */
  partial: string;
}

/** One line of an instance. */
export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  /** Where it ends in all that the stream ever held: the same whenever it is read again. */
  readonly offset: number;
}

/**
 * What an instance writes: to files, so that nothing of it depends on the agent's life, each with one older
 * generation. New lines are passed on, masked and cut at 8 KiB, with the time at which they were seen.
 */
export class InstanceOutput {
  readonly #streams: readonly Stream[];
  readonly #positions: string;
  readonly #onLine: (line: OutputLine) => void;
  readonly #timer: NodeJS.Timeout;
  #tail = '';
  #isClosed = false;
  #marked: Record<string, number> | undefined;

  constructor(folder: string, masked: readonly string[], onLine: (line: OutputLine) => void) {
    this.#onLine = onLine;
    this.#positions = join(folder, 'positions.json');
    const positions = readPositions(this.#positions);
    this.#streams = (['stdout', 'stderr'] as const).map((name) => {
      const file = join(folder, `${name}.log`);
      return {
        name,
        file,
        handle: openSync(file, 'a+', 0o600),
        masker: createMasker(masked),
        base: positions[`${name}Base`] ?? 0,
        position: positions[name] ?? 0,
        partial: '',
      };
    });
    this.#timer = setInterval(() => this.#tryFollow(), followMilliseconds);
    this.#timer.unref();
  }

  /** Where a process writes to: file handles for its standard output and standard error. */
  get handles(): readonly [number, number] {
    const [stdout, stderr] = this.#streams as [Stream, Stream];
    return [stdout.handle, stderr.handle];
  }

  /** The last lines of both streams, as text. */
  get tail(): string {
    return this.#tail;
  }

  /** The last line that says something: what a crash is explained by. */
  get lastLine(): string | undefined {
    return this.#tail.trimEnd().split('\n').at(-1);
  }

  /** Passes on what is new. */
  follow(): void {
    if (this.#isClosed) return;
    for (const stream of this.#streams) {
      const { size } = fstatSync(stream.handle);
      // Emptied by an agent that was killed before it could say so, or by somebody else.
      if (size < stream.position) this.#begin(stream);
      this.#read(stream, size);
      if (size < rotateBytes) continue;
      if (size > stream.position) this.#pass(stream, bytesOf(stream, size));
      keepOlder(stream.file);
      this.#begin(stream);
      // Kept before the file is emptied: offsets never go back.
      this.#keep(this.#now());
      ftruncateSync(stream.handle, 0);
    }
  }

  /** The process has ended: what it wrote without a line feed is a line too. */
  finish(): void {
    this.follow();
    for (const stream of this.#streams) {
      const { size } = fstatSync(stream.handle);
      if (size > stream.position) this.#pass(stream, bytesOf(stream, size));
      stream.partial += stream.masker.end().toString('utf8');
      if (stream.partial !== '') this.#say(stream, stream.partial, stream.base + stream.position);
      stream.partial = '';
    }
  }

  /** Remembers how far lines were passed on, to be kept when the server has them. */
  markPositions(): void {
    this.#marked = this.#now();
  }

  /** The server has what was passed on until the mark; the next agent process goes on from there. */
  keepPositions(): void {
    if (this.#marked && !this.#isClosed) this.#keep(this.#marked);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#isClosed = true;
    for (const { handle } of this.#streams) closeSync(handle);
  }

  #now(): Record<string, number> {
    return Object.fromEntries(
      this.#streams.flatMap(({ name, position, base }) => [
        [name, position],
        [`${name}Base`, base],
      ]),
    );
  }

  /** Whole or not at all: without them offsets would begin anew, and the server take new lines for old ones. */
  #keep(positions: Record<string, number>): void {
    this.#marked = undefined;
    try {
      writeFileSync(`${this.#positions}.new`, JSON.stringify(positions), { mode: 0o600 });
      renameSync(`${this.#positions}.new`, this.#positions);
    } catch {
      // The disk is full: some lines will be sent again, which the server sees by their offsets.
    }
  }

  #begin(stream: Stream): void {
    stream.base += stream.position;
    stream.position = 0;
  }

  #tryFollow(): void {
    try {
      this.follow();
    } catch {
      // A disk that fails for a moment must not end the agent; the next turn reads on.
    }
  }

  /** Line by line, whatever came at once: a line that is read again after a kill has its offset again. */
  #read(stream: Stream, size: number): void {
    if (size - stream.position > mostBehind) {
      const left = size - mostBehind;
      this.#say(stream, `… ${left - stream.position} bytes were left out`, stream.base + left);
      stream.position = left;
      stream.partial = '';
    }
    if (size === stream.position) return;
    const bytes = bytesOf(stream, size);
    for (let start = 0; start < bytes.length; ) {
      const feed = bytes.indexOf(0x0a, start);
      const end = feed < 0 ? bytes.length : feed + 1;
      // A line that is not complete waits, unless it is longer than is kept: then it goes on in pieces of one length.
      if (feed < 0 && end - start < longestLine) return;
      const piece = bytes.subarray(start, Math.min(end, start + longestLine));
      this.#pass(stream, piece);
      start += piece.length;
    }
  }

  #pass(stream: Stream, piece: Buffer): void {
    stream.position += piece.length;
    const end = stream.base + stream.position;
    const lines = (stream.partial + stream.masker.push(piece).toString('utf8')).split('\n');
    stream.partial = lines.pop() ?? '';
    // Lines that a masker held back come together; each is at least a byte long.
    for (const [place, line] of lines.entries()) this.#say(stream, line, end - (lines.length - 1 - place));
    if (piece.at(-1) === 0x0a || stream.partial === '') return;
    this.#say(stream, stream.partial, end);
    stream.partial = '';
  }

  #say(stream: Stream, text: string, offset: number): void {
    const line = cut(text.replace(/\r$/, '').replaceAll('\0', '\ufffd'));
    this.#tail = `${this.#tail}${line}\n`.slice(-tailLength);
    this.#onLine({ stream: stream.name, text: line, offset });
  }
}

function bytesOf(stream: Stream, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size - stream.position);
  return bytes.subarray(0, readSync(stream.handle, bytes, 0, bytes.length, stream.position));
}

function cut(line: string): string {
  if (Buffer.byteLength(line) <= longestLine) return line;
  return Buffer.from(line)
    .subarray(0, longestLine)
    .toString('utf8')
    .replace(/\ufffd$/, '');
}

/** On a full disk the older generation is given up: emptying the file is what helps. */
function keepOlder(file: string): void {
  try {
    copyFileSync(file, `${file}.1`);
  } catch {
    rmSync(`${file}.1`, { force: true });
  }
}

function readPositions(file: string): Partial<Record<string, number>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
