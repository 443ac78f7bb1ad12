/** The size that a header gives; undefined when the header is broken or cut off. */
export interface HeaderSize {
  readonly width: number;
  readonly height: number;
}

/** A MIFF file's size, from the keys `columns` and `rows` of its text header, which a form feed and a colon or EOT end. */
export function readMiffSize(bytes: Buffer): HeaderSize | undefined {
  const end = bytes.indexOf(0x1a);
  if (end < 0 || end + 1 >= bytes.length) return undefined;
  const header = bytes.subarray(0, end).toString('latin1');
  const side = (key: string) =>
    Number(new RegExp(`(?:^|\\s)${key}=(\\d{1,9})(?:\\s|$)`, 'i').exec(header)?.[1]);
  const [width, height] = [side('columns'), side('rows')];
  return width > 0 && height > 0 ? { width, height } : undefined;
}

/**
 * The size of a JNG or MNG file: its first chunk is JHDR or MHDR with width and height. All chunks are walked up to the
 * last one (IEND, MEND), so that a file that was cut off is noticed.
 */
export function readChunkedSize(bytes: Buffer, format: 'jng' | 'mng'): HeaderSize | undefined {
  const [first, last] = format === 'jng' ? ['JHDR', 'IEND'] : ['MHDR', 'MEND'];
  if (bytes.length < 24 || bytes.toString('latin1', 12, 16) !== first) return undefined;
  const size = { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === last) return size;
  }
  return undefined;
}
