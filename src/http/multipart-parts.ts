import { CoreError } from '../errors/index.ts';
import { type PartHeaders, partHeaders } from './part-headers.ts';

/** One part while it streams in. `body` must be read to its end (or be left) before the next part is asked for. */
export interface Part extends PartHeaders {
  readonly body: AsyncIterable<Buffer>;
}

/** Most bytes of the text before the first boundary, and of the headers of one part. */
const preambleBytes = 65_536;
const headerBytes = 16_384;
const lineEnd = Buffer.from('\r\n');

/**
 * Takes a multipart stream apart as it comes in, without holding more than one chunk: chunks are searched for the
 * boundary with the engine's own search and passed on uncopied. Throws `invalid` for a body that breaks the form or
 * ends early.
 */
export async function* multipartParts(
  source: AsyncIterable<Buffer>,
  boundary: string,
): AsyncGenerator<Part, void> {
  const stream = new DelimitedStream(source);
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  try {
    await skip(stream.until(delimiter), preambleBytes);
    while (!(await atEnd(stream))) {
      const headers = partHeaders(await headerLines(stream));
      const body = stream.until(delimiter);
      yield { ...headers, body };
      // What the reader left of the part.
      await skip(body, Number.POSITIVE_INFINITY);
    }
  } finally {
    // A source that is left in the middle still holds its stream: nobody else could read the rest of it away.
    await stream.leave();
  }
}

/** After a boundary: `--` ends the body, a line end begins a part. */
async function atEnd(stream: DelimitedStream): Promise<boolean> {
  // Not a whole line: some clients send nothing behind the last boundary.
  const next = await stream.take(2);
  if (next === '--') return true;
  if (next === '\r\n') return false;
  throw new CoreError('invalid', 'A multipart boundary is followed by something else than a line end');
}

async function headerLines(stream: DelimitedStream): Promise<string[]> {
  const lines: string[] = [];
  let left = headerBytes;
  for (;;) {
    const line = await stream.line(left);
    if (line === '') return lines;
    left -= line.length + 2;
    // A line that begins with a blank continues the one before it.
    if (/^[ \t]/.test(line) && lines.length > 0) lines[lines.length - 1] += ` ${line.trim()}`;
    else lines.push(line);
  }
}

async function skip(bytes: AsyncIterable<Buffer>, most: number): Promise<void> {
  let left = most;
  for await (const chunk of bytes) {
    left -= chunk.length;
    if (left < 0) throw new CoreError('invalid', 'The first multipart boundary comes too late');
  }
}

/** A byte stream that is read up to delimiters. */
class DelimitedStream {
  readonly #source: AsyncIterator<Buffer>;
  // The first boundary may stand at the very start, without the line end that belongs to all others.
  #pending: Buffer = lineEnd;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /**
   * The bytes before the next `delimiter`, which is consumed. A reader that stops early can be followed by another
   * one, which goes on where it stopped.
   */
  until(delimiter: Buffer): AsyncIterable<Buffer> {
    let found = false;
    const next = async (): Promise<IteratorResult<Buffer, undefined>> => {
      while (!found) {
        const index = this.#pending.indexOf(delimiter);
        found = index >= 0;
        const sure = found ? index : this.#pending.length - possibleStart(this.#pending, delimiter);
        const chunk = this.#pending.subarray(0, sure);
        this.#pending = this.#pending.subarray(found ? index + delimiter.length : sure);
        if (!found && chunk.length === 0) await this.#more();
        if (chunk.length > 0) return { done: false, value: chunk };
      }
      return { done: true, value: undefined };
    };
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }

  /** The next `count` bytes, as ISO-8859-1. */
  async take(count: number): Promise<string> {
    while (this.#pending.length < count) await this.#more();
    const taken = this.#pending.toString('latin1', 0, count);
    this.#pending = this.#pending.subarray(count);
    return taken;
  }

  /** Lets go of the source. */
  async leave(): Promise<void> {
    await this.#source.return?.();
  }

  /** One line without its end, as UTF-8 where it is, else as ISO-8859-1; at most `most` bytes. */
  async line(most: number): Promise<string> {
    for (;;) {
      const index = this.#pending.indexOf(lineEnd);
      if (index > most || (index < 0 && this.#pending.length > most)) {
        throw new CoreError(
          'invalid',
          `The headers of a multipart part are longer than ${headerBytes} bytes`,
        );
      }
      if (index >= 0) {
        const line = this.#pending.subarray(0, index);
        this.#pending = this.#pending.subarray(index + 2);
        return decodeHeader(line);
      }
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const next = await this.#source.next();
    if (next.done) throw new CoreError('invalid', 'The multipart body ends before its last boundary');
    this.#pending = this.#pending.length === 0 ? next.value : Buffer.concat([this.#pending, next.value]);
  }
}

/** How many bytes at the end of `bytes` could be the start of `delimiter`. */
function possibleStart(bytes: Buffer, delimiter: Buffer): number {
  const from = Math.max(0, bytes.length - delimiter.length + 1);
  for (
    let at = bytes.indexOf(delimiter[0] as number, from);
    at >= 0;
    at = bytes.indexOf(delimiter[0] as number, at + 1)
  ) {
    if (bytes.subarray(at).equals(delimiter.subarray(0, bytes.length - at))) return bytes.length - at;
  }
  return 0;
}

function decodeHeader(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? bytes.toString('latin1') : text;
}
