import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Where a line lies in the journal: bytes `[start, end)`, without its line feed. */
export interface JournalSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * An append-only file of JSON lines. What was appended survives the end of the process at once, and that of the
 * machine after `sync`. Everything is synchronous: one host run is in hand at a time, and its order is what counts.
 */
export interface Journal {
  /** Throws when the disk does not take the line; nothing of it is left then. */
  append(line: string): JournalSpan;
  sync(): void;
  read(span: JournalSpan): Buffer;
  readonly size: number;
  /** Keeps only these lines, in their order; returns where they lie now. Throws, and changes nothing, when the disk refuses. */
  compact(keep: readonly JournalSpan[]): JournalSpan[];
  close(): void;
}

/** A record as it was read, and where it lies in the file. */
export interface JournalRecord {
  readonly record: unknown;
  readonly span: JournalSpan;
}

/** Opens or makes the journal. `found` are the records that were in it; a torn last line is cut off. */
export function openJournal(file: string): { journal: Journal; found: JournalRecord[] } {
  let handle = openSync(file, 'a+', 0o600);
  syncFolder(file);
  const content = readFileSync(file);
  let size = content.lastIndexOf(0x0a) + 1;
  if (size < content.length) ftruncateSync(handle, size);

  const journal: Journal = {
    append(line) {
      const bytes = Buffer.from(`${line}\n`);
      try {
        for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
      } catch (error) {
        ftruncateSync(handle, size);
        throw error;
      }
      const span = { start: size, end: size + bytes.length - 1 };
      size += bytes.length;
      return span;
    },
    sync: () => fdatasyncSync(handle),
    read(span) {
      const bytes = Buffer.allocUnsafe(span.end - span.start);
      readSync(handle, bytes, 0, bytes.length, span.start);
      return bytes;
    },
    get size() {
      return size;
    },
    compact(keep) {
      if (keep.length === 0) {
        ftruncateSync(handle, 0);
        size = 0;
        return [];
      }
      const next = openSync(`${file}.new`, 'w+', 0o600);
      const spans: JournalSpan[] = [];
      let end = 0;
      try {
        for (const span of keep) {
          const bytes = Buffer.concat([journal.read(span), Buffer.from('\n')]);
          for (let written = 0; written < bytes.length; ) written += writeSync(next, bytes, written);
          spans.push({ start: end, end: end + bytes.length - 1 });
          end += bytes.length;
        }
        fsyncSync(next);
      } finally {
        closeSync(next);
      }
      renameSync(`${file}.new`, file);
      closeSync(handle);
      handle = openSync(file, 'a+', 0o600);
      syncFolder(file);
      size = end;
      return spans;
    },
    close: () => closeSync(handle),
  };
  return { journal, found: parseLines(content.subarray(0, size)) };
}

/** A line that is no JSON (a damaged disk) is left out: the rest still tells what was started. */
function parseLines(content: Buffer): JournalRecord[] {
  const found: JournalRecord[] = [];
  let start = 0;
  for (let end = content.indexOf(0x0a); end >= 0; end = content.indexOf(0x0a, start)) {
    try {
      found.push({ record: JSON.parse(content.toString('utf8', start, end)), span: { start, end } });
    } catch {
      // See above.
    }
    start = end + 1;
  }
  return found;
}

function syncFolder(file: string): void {
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
