/**
 * Header lines up to the end of a text, none of them folded. One way to match each byte: a pattern that could give
 * blanks to two parts would take minutes for a line of them.
 */
const headerLines = /(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*/y;

/**
 * Walks over the header lines of a head, which ends with the line end of its last header. `kept` gathers those that
 * go further as they came: `drop` leaves the current one out.
 */
export class HeaderLines {
  readonly #text: string;
  #start: number;
  #colon = 0;
  #end: number;
  /** Where the lines begin that are neither gathered nor dropped yet. */
  #ungathered: number;
  #gathered = '';

  /** `from` is where the first header line begins. */
  constructor(text: string, from: number) {
    this.#text = text;
    this.#start = from;
    this.#end = from;
    this.#ungathered = from;
  }

  /** Every line is a well-formed header. */
  get areValid(): boolean {
    headerLines.lastIndex = this.#end;
    return headerLines.test(this.#text) && headerLines.lastIndex === this.#text.length;
  }

  /** Goes to the next line; false behind the last one. */
  next(): boolean {
    this.#start = this.#end;
    if (this.#start >= this.#text.length) return false;
    this.#colon = this.#text.indexOf(':', this.#start);
    this.#end = this.#text.indexOf('\r\n', this.#colon) + 2;
    return true;
  }

  get nameLength(): number {
    return this.#colon - this.#start;
  }

  /** The name in lower case. */
  get name(): string {
    return this.#text.slice(this.#start, this.#colon).toLowerCase();
  }

  /** The value without the blanks around it. */
  get value(): string {
    let from = this.#colon + 1;
    let to = this.#end - 2;
    while (from < to && isBlank(this.#text.charCodeAt(from))) from += 1;
    while (to > from && isBlank(this.#text.charCodeAt(to - 1))) to -= 1;
    return this.#text.slice(from, to);
  }

  /** The current line goes no further. */
  drop(): void {
    this.#gather(this.#start);
  }

  /** All lines that were not dropped, each with its end. To be asked behind the last one. */
  get kept(): string {
    this.#gather(this.#text.length);
    return this.#gathered;
  }

  #gather(to: number): void {
    if (to > this.#ungathered) this.#gathered += this.#text.slice(this.#ungathered, to);
    this.#ungathered = this.#end;
  }
}

/** The value of a header that may stand in several lines: one list (RFC 9110 5.3). */
export function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}

/** Lines without those of these names, which are in lower case. */
export function withoutNames(lines: string, names: readonly string[]): string {
  if (names.length === 0) return lines;
  const left = new HeaderLines(lines, 0);
  while (left.next()) if (names.includes(left.name)) left.drop();
  return left.kept;
}

/** Space and tab only: other blanks of Unicode are bytes like any here. */
function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
