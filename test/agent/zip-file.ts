import { crc32 } from 'node:zlib';

/** One entry of a test's zip; `size` lies about its content's size when it is given. */
export interface ZipEntry {
  readonly name: string;
  readonly content?: string;
  /** As in `stat`; default a file that everybody reads. */
  readonly mode?: number;
  readonly size?: number;
}

/** A zip of stored entries, with whatever names and modes a test wants: no writer would make those. */
export function zipFile(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = '', mode = 0o100644, size } of entries) {
    const body = Buffer.from(content);
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(body), 10);
    common.writeUInt32LE(size ?? body.length, 14);
    common.writeUInt32LE(size ?? body.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, body]);
    const attributes = Buffer.alloc(14);
    attributes.writeUInt32LE((mode << 16) >>> 0, 6);
    attributes.writeUInt32LE(offset, 10);
    // 3: made on Unix, which gives the upper half of the attributes its meaning.
    directory.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, attributes, path);
    parts.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, listed, Buffer.from('PK\x05\x06'), end]);
}
