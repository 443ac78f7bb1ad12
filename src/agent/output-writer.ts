import type { AgentEventBody } from './records.ts';

const eventBytes = 131_072;

/** One stream of one step, as the server sees it: bytes become events with their place in the stream. */
export interface OutputWriter {
  write(bytes: Buffer): void;
  /** So many bytes are left out here. */
  skip(bytes: number): void;
  /** Bytes so far, left out ones included. */
  readonly offset: number;
}

/** A writer for the stream of the step at `index`; `add` takes its events. */
export function createOutputWriter(
  index: number,
  stream: 'stdout' | 'stderr',
  add: (body: AgentEventBody) => void,
): OutputWriter {
  let offset = 0;
  return {
    get offset() {
      return offset;
    },
    skip(bytes) {
      offset += bytes;
    },
    write(bytes) {
      for (let at = 0; at < bytes.length; at += eventBytes) {
        const piece = bytes.subarray(at, at + eventBytes);
        add({ kind: 'output', index, stream, offset, data: piece.toString('base64') });
        offset += piece.length;
      }
    },
  };
}
