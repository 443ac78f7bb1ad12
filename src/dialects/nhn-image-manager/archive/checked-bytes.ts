import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { CoreError } from '../../../errors/index.ts';

/** What the archives of one call may still cost, together: many of them are a bomb, too. */
export interface Budget {
  /** Entries, those that are skipped as well. */
  entries: number;
  /** Inflated bytes. */
  bytes: number;
}

/**
 * The inflated bytes of an entry as they come. Throws `too-large` when the budget is used up, and `invalid`
 * at the end when they are not those that the archive's checksum was made of.
 */
export async function* checkedBytes(
  source: Readable,
  checksum: number,
  budget: Budget,
): AsyncGenerator<Buffer, void> {
  let sum = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    budget.bytes -= chunk.length;
    if (budget.bytes < 0) throw new CoreError('too-large', 'The archives inflate to too much');
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== checksum) throw new CoreError('invalid', 'The entry is damaged');
}
