import {
  closeSync,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
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
  position: number;
  /** Where the first line begins that was not passed on yet. */
  lineStart: number;
  partial: string;
}

/**
 * What an instance writes: to files, so that nothing of it depends on the agent's life, each with one older
 * generation. New lines are passed on, masked and cut at 8 KiB, with the time at which they were seen.
 */
export class InstanceOutput {
  readonly #streams: readonly Stream[];
  readonly #positions: string;
  readonly #onLine: (stream: 'stdout' | 'stderr', text: string) => void;
  readonly #timer: NodeJS.Timeout;
  #tail = '';
  #isClosed = false;
  #marked: Record<string, number> | undefined;

  constructor(
    folder: string,
    masked: readonly string[],
    onLine: (stream: 'stdout' | 'stderr', text: string) => void,
  ) {
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
        position: positions[name] ?? 0,
        lineStart: positions[name] ?? 0,
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
      if (size < stream.position) restart(stream, 0);
      this.#read(stream, size);
      if (size < rotateBytes) continue;
      keepOlder(stream.file);
      ftruncateSync(stream.handle, 0);
      restart(stream, 0);
    }
  }

  /** The process has ended: what it wrote without a line feed is a line too. */
  finish(): void {
    this.follow();
    for (const stream of this.#streams) {
      stream.partial += stream.masker.end().toString('utf8');
      if (stream.partial !== '') this.#say(stream, stream.partial);
      stream.partial = '';
    }
  }

  /** Remembers how far lines were passed on, to be kept when the server has them. */
  markPositions(): void {
    this.#marked = Object.fromEntries(this.#streams.map(({ name, lineStart }) => [name, lineStart]));
  }

  /** The server has what was passed on until the mark; the next agent process goes on from there. */
  keepPositions(): void {
    if (!this.#marked || this.#isClosed) return;
    try {
      writeFileSync(this.#positions, JSON.stringify(this.#marked), { mode: 0o600 });
    } catch {
      // The disk is full: some lines will come twice.
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#isClosed = true;
    for (const { handle } of this.#streams) closeSync(handle);
  }

  #tryFollow(): void {
    try {
      this.follow();
    } catch {
      // A disk that fails for a moment must not end the agent; the next turn reads on.
    }
  }

  #read(stream: Stream, size: number): void {
    if (size - stream.position > mostBehind) {
      this.#say(stream, `… ${size - stream.position - mostBehind} bytes were left out`);
      restart(stream, size - mostBehind);
      stream.partial = '';
    }
    if (size === stream.position) return;
    const bytes = Buffer.allocUnsafe(size - stream.position);
    const read = readSync(stream.handle, bytes, 0, bytes.length, stream.position);
    const lastFeed = bytes.subarray(0, read).lastIndexOf(0x0a);
    if (lastFeed >= 0) stream.lineStart = stream.position + lastFeed + 1;
    stream.position += read;
    const lines = (stream.partial + stream.masker.push(bytes.subarray(0, read)).toString('utf8')).split('\n');
    stream.partial = lines.pop() ?? '';
    for (const line of lines) this.#say(stream, line);
    if (stream.partial.length <= longestLine) return;
    this.#say(stream, stream.partial);
    stream.partial = '';
  }

  #say(stream: Stream, text: string): void {
    const line = cut(text.replace(/\r$/, '').replaceAll('\0', '\ufffd'));
    this.#tail = `${this.#tail}${line}\n`.slice(-tailLength);
    this.#onLine(stream.name, line);
  }
}

function cut(line: string): string {
  if (Buffer.byteLength(line) <= longestLine) return line;
  return Buffer.from(line)
    .subarray(0, longestLine)
    .toString('utf8')
    .replace(/\ufffd$/, '');
}

function restart(stream: Stream, position: number): void {
  stream.position = position;
  stream.lineStart = position;
}

/** On a full disk the older generation is given up: emptying the file is what helps. */
function keepOlder(file: string): void {
  try {
    copyFileSync(file, `${file}.1`);
  } catch {
    rmSync(`${file}.1`, { force: true });
  }
}

function readPositions(file: string): Partial<Record<'stdout' | 'stderr', number>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
