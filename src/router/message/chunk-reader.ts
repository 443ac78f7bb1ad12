import { BadMessage } from './bad-message.ts';

/** The most bytes of a line with a chunk's size, or of all trailers: nobody sends more but to fill memory. */
const longestSizeLine = 256;
const longestTrailers = 16_384;
const lineFeed = 10;
const carriageReturn = 13;
const trailerLine = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*$/;

/** Takes a body in chunks (RFC 9112 7.1) apart, however its bytes are cut. */
export class ChunkReader {
  #state: 'size' | 'data' | 'end-of-data' | 'trailers' = 'size';
  #line = '';
  #left = 0;
  #trailerBytes = 0;
  readonly trailers: string[] = [];
  isEnded = false;

  /** Gives the parts of the body to `take`, and returns what is behind its end. Throws BadMessage. */
  read(bytes: Buffer, take: (part: Buffer) => void): Buffer | undefined {
    let at = 0;
    while (at < bytes.length && !this.isEnded) {
      if (this.#state === 'data') {
        const end = Math.min(bytes.length, at + this.#left);
        this.#left -= end - at;
        take(bytes.subarray(at, end));
        at = end;
        if (this.#left === 0) this.#state = 'end-of-data';
        continue;
      }
      const feed = bytes.indexOf(lineFeed, at);
      const end = feed < 0 ? bytes.length : feed + 1;
      this.#line += bytes.toString('latin1', at, end);
      at = end;
      if (this.#line.length > (this.#state === 'trailers' ? longestTrailers : longestSizeLine)) {
        throw new BadMessage('a line between its chunks is too long');
      }
      if (feed >= 0) this.#readLine();
    }
    return this.isEnded ? bytes.subarray(at) : undefined;
  }

  #readLine(): void {
    const text = this.#line;
    this.#line = '';
    if (text.charCodeAt(text.length - 2) !== carriageReturn) throw new BadMessage('a chunk ends wrongly');
    const line = text.slice(0, -2);
    if (this.#state === 'end-of-data') {
      if (line !== '') throw new BadMessage('a chunk is longer than it says');
      this.#state = 'size';
    } else if (this.#state === 'size') {
      const size = /^([0-9a-f]{1,12})[ \t]*(;[\t\x20-\x7e\x80-\xff]*)?$/i.exec(line);
      if (!size) throw new BadMessage('the size of a chunk is no number');
      this.#left = Number.parseInt(size[1] as string, 16);
      this.#state = this.#left === 0 ? 'trailers' : 'data';
    } else if (line === '') this.isEnded = true;
    else {
      this.#trailerBytes += line.length;
      if (this.#trailerBytes > longestTrailers) throw new BadMessage('its trailers are too long');
      if (!trailerLine.test(line)) throw new BadMessage('it has a malformed trailer');
      this.trailers.push(line);
    }
  }
}
