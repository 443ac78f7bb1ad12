const replacement = Buffer.from('******');

/** Replaces known values in a stream of bytes, also where a value is split between two chunks. */
export interface Masker {
  /** The longest value in bytes; so much context is needed to mask safely from the middle of a stream. */
  readonly longest: number;
  /** How many bytes are held back now. */
  readonly heldBytes: number;
  /** Masks the next chunk. What may be the beginning of a value is held back until more comes. */
  push(chunk: Buffer): Buffer;
  /**
   * Begins anew in the middle of the stream: the first `context` bytes of `chunk` are looked at (a value may begin in
   * them) but not passed on.
   */
  restart(chunk: Buffer, context: number): Buffer;
  /** What was held back. */
  end(): Buffer;
}

/** A masker for `values`; empty ones are left out. Where values overlap the longest that begins first wins. */
export function createMasker(values: readonly string[]): Masker {
  const needles = [...new Set(values)]
    .filter((value) => value !== '')
    .map((value) => Buffer.from(value))
    .sort((a, b) => b.length - a.length);
  let held: Buffer = Buffer.alloc(0);

  function mask(data: Buffer, from: number, isEnd: boolean): Buffer {
    const parts: Buffer[] = [];
    let cursor = 0;
    let end = isEnd ? data.length : undecided(data, needles, cursor);
    for (let match = nextMatch(data, needles, 0); match && match.at < end; ) {
      if (match.at > from) parts.push(data.subarray(Math.max(cursor, from), match.at));
      cursor = match.at + match.length;
      if (cursor > from) parts.push(replacement);
      end = isEnd ? data.length : undecided(data, needles, cursor);
      match = nextMatch(data, needles, cursor);
    }
    end = Math.max(cursor, end);
    parts.push(data.subarray(Math.max(cursor, Math.min(from, end)), end));
    held = data.subarray(end);
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }

  return {
    longest: needles[0]?.length ?? 0,
    get heldBytes() {
      return held.length;
    },
    push: (chunk) =>
      needles.length === 0 ? chunk : mask(held.length === 0 ? chunk : Buffer.concat([held, chunk]), 0, false),
    restart: (chunk, context) =>
      needles.length === 0 ? chunk.subarray(context) : mask(chunk, context, false),
    end: () => mask(held, 0, true),
  };
}

/** Where the first value after `from` begins, the longest one there. */
function nextMatch(
  data: Buffer,
  needles: readonly Buffer[],
  from: number,
): { at: number; length: number } | undefined {
  let best: { at: number; length: number } | undefined;
  for (const needle of needles) {
    const at = data.indexOf(needle, from);
    if (at >= 0 && (!best || at < best.at)) best = { at, length: needle.length };
  }
  return best;
}

/** The first place from which the rest of `data` may be the beginning of a value; the length of `data` when none is. */
function undecided(data: Buffer, needles: readonly Buffer[], from: number): number {
  const longest = needles[0]?.length ?? 0;
  for (let at = Math.max(from, data.length - longest + 1); at < data.length; at += 1) {
    const rest = data.subarray(at);
    if (needles.some((needle) => needle.length > rest.length && needle.subarray(0, rest.length).equals(rest)))
      return at;
  }
  return data.length;
}
