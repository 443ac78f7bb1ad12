import { read } from 'node:fs';
import { promisify } from 'node:util';

const readInto = promisify(read);

/** Reads from a place of an open file into `bytes`; answers how many there were, 0 at its end. */
export async function readAt(descriptor: number, bytes: Uint8Array, position: number): Promise<number> {
  const { bytesRead } = await readInto(descriptor, bytes, 0, bytes.byteLength, position);
  return bytesRead;
}
