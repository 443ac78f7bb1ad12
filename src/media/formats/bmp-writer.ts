import type { RawPixels } from './bmp-reader.ts';

const headerBytes = 54;

/** A BMP file of 24 bits per pixel, bottom row first. The pixels have three channels, red, green, blue. */
export function writeBmp({ data, width, height }: RawPixels & { readonly channels: 3 }): Buffer {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(headerBytes + stride * height);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(headerBytes, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  file.writeUInt32LE(stride * height, 34);
  // 72 dots per inch.
  file.writeInt32LE(2835, 38);
  file.writeInt32LE(2835, 42);
  for (let y = 0; y < height; y += 1) {
    const to = headerBytes + stride * (height - 1 - y);
    const from = y * width * 3;
    for (let x = 0; x < width * 3; x += 3) {
      file[to + x] = data[from + x + 2] as number;
      file[to + x + 1] = data[from + x + 1] as number;
      file[to + x + 2] = data[from + x] as number;
    }
  }
  return file;
}
