import type { InstanceReport } from '../../engine/protocol.ts';

/** One line that an instance wrote. */
export type InstanceLine = InstanceReport['lines'][number];

/** What is kept for a server that is away; the files of the instances hold more. */
const mostBytes = 1_048_576;
const mostBytesOfReport = 262_144;
/** Of one line beside its text. */
const overhead = 120;

/** Lines of all instances, oldest first, until the server has them; the oldest are left out when they become too many. */
export class LineBuffer {
  #lines: InstanceLine[] = [];
  #bytes = 0;
  /** So many lines of the front were taken for a report that is not answered yet. */
  #taken = 0;

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** Whether the last report holds everything. */
  get isTaken(): boolean {
    return this.#taken === this.#lines.length;
  }

  add(line: InstanceLine): void {
    this.#lines.push(line);
    this.#bytes += sizeOf(line);
    while (this.#bytes > mostBytes) {
      const [oldest] = this.#lines.splice(0, 1);
      if (oldest) this.#bytes -= sizeOf(oldest);
      this.#taken = Math.max(0, this.#taken - 1);
    }
  }

  /** The lines of the next report; they stay until they are acknowledged. */
  take(): InstanceLine[] {
    let bytes = 0;
    const lines: InstanceLine[] = [];
    for (const line of this.#lines) {
      bytes += sizeOf(line);
      if (lines.length > 0 && bytes > mostBytesOfReport) break;
      lines.push(line);
    }
    this.#taken = lines.length;
    return lines;
  }

  /** The server has what was taken last. */
  acknowledge(): void {
    for (const line of this.#lines.splice(0, this.#taken)) this.#bytes -= sizeOf(line);
    this.#taken = 0;
  }
}

function sizeOf(line: InstanceLine): number {
  return Buffer.byteLength(line.text) + overhead;
}
