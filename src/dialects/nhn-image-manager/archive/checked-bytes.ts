import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { CoreError } from '../../../errors/index.ts';

/** How many bytes may still be inflated of one archive. */
export interface Budget {
  left: number;
}

/**
 * The inflated bytes of an entry as they come. Throws `too-large` when the archive's budget is used up, and `invalid`
 * at the end when they are not those that the archive's checksum was made of.
 */
export async function* checkedBytes(
  source: Readable,
  checksum: number,
  budget: Budget,
): AsyncGenerator<Buffer, void> {
  let sum = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    budget.left -= chunk.length;
    if (budget.left < 0) throw new CoreError('too-large', 'The archive inflates to too much');
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== checksum) throw new CoreError('invalid', 'The entry is damaged');
}
