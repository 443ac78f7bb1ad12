import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { wrongUsage } from '../np-error.ts';

/** A bundle on this machine. */
export interface BundleFile {
  readonly path: string;
  readonly size: number;
}

/** Looks at the file before anything is called. Throws wrong usage for what no host could unpack. */
export async function bundleFile(folder: string, source: string): Promise<BundleFile> {
  const path = resolve(folder, source);
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw wrongUsage(`The bundle ${path} cannot be read (${error.code})`);
  });
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) {
      throw wrongUsage(
        `${path} is a folder: pack it first, like tar -czf bundle.tar.gz -C ${source} . and push that`,
      );
    }
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    const isZip = buffer.subarray(0, 2).toString('latin1') === 'PK';
    const isGzip = buffer[0] === 0x1f && buffer[1] === 0x8b;
    if (!isZip && !isGzip) throw wrongUsage(`${path} is neither a zip nor a tar.gz archive`);
    return { path, size: stats.size };
  } finally {
    await file.close();
  }
}

/** The file's bytes, counted and hashed as they pass. */
export function readBundle(
  { path }: BundleFile,
  onBytes: (total: number) => void,
): { stream: Readable; hash: Hash } {
  const hash = createHash('sha256');
  let total = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      total += chunk.length;
      onBytes(total);
      done(null, chunk);
    },
  });
  const file = createReadStream(path);
  file.once('error', (error) => counted.destroy(error));
  counted.once('close', () => file.destroy());
  return { stream: file.pipe(counted), hash };
}
