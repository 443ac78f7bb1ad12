/** A BMP of 24 bits per pixel; `rows` fewer than its height make a file that is cut off. */
export function bmpOf(width: number, height: number, rows = height): Buffer {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + stride * rows, 0x55);
  file.fill(0, 0, 54);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  return file;
}

/** A JNG or MNG file that has its header, some data and its end. */
export function mngOf(format: 'jng' | 'mng', width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(format === 'jng' ? 16 : 28);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const [signature, first, last] =
    format === 'jng' ? ['\x8bJNG', 'JHDR', 'IEND'] : ['\x8aMNG', 'MHDR', 'MEND'];
  return Buffer.concat([
    Buffer.from(`${signature}\r\n\x1a\n`, 'latin1'),
    chunk(first, header),
    chunk('tEXt', Buffer.alloc(100)),
    chunk(last, Buffer.alloc(0)),
  ]);
}

/** A MIFF file of one colour. */
export function miffOf(width: number, height: number): Buffer {
  const header = `id=ImageMagick  version=1.0\nclass=DirectClass  colors=0  matte=False\ncolumns=${width}  rows=${height}  depth=8\n\f\n:\x1a`;
  return Buffer.concat([Buffer.from(header, 'latin1'), Buffer.alloc(width * height * 3)]);
}
