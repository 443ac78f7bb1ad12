import { readExif } from './exif-reader.ts';
import type { WritableFormat } from './image-format.ts';

const prefix = Buffer.from('Exif\0\0', 'latin1');

/** The TIFF structure of an EXIF block, without the six bytes that JPEG puts before it. */
export function tiffOf(block: Buffer): Buffer {
  return block.subarray(0, 6).equals(prefix) ? block.subarray(6) : block;
}

/** The same EXIF block with orientation 1, for pixels that were turned upright. */
export function upright(block: Buffer): Buffer {
  const tiff = Buffer.from(tiffOf(block));
  const facts = readExif((offset, length) => tiff.subarray(offset, offset + length));
  const at = facts?.orientationAt;
  if (facts === undefined || at === undefined || at + 2 > tiff.length) return tiff;
  if (facts.littleEndian) tiff.writeUInt16LE(1, at);
  else tiff.writeUInt16BE(1, at);
  return tiff;
}

/** An encoded picture with an EXIF block in it. Formats that cannot hold one, and blocks too long for one, change nothing. */
export function withExif(
  picture: Buffer,
  format: WritableFormat,
  block: Buffer,
  size: { readonly width: number; readonly height: number; readonly hasAlpha: boolean },
): Buffer {
  const tiff = tiffOf(block);
  if (format === 'jpeg') return tiff.length + 8 > 0xffff ? picture : intoJpeg(picture, tiff);
  if (format === 'png') return intoPng(picture, tiff);
  if (format === 'webp') return intoWebp(picture, tiff, size);
  return picture;
}

/** After SOI and the JFIF segment, which has to come first. */
function intoJpeg(picture: Buffer, tiff: Buffer): Buffer {
  const at = picture.readUInt16BE(2) === 0xffe0 ? 4 + picture.readUInt16BE(4) : 2;
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(2 + prefix.length + tiff.length, 2);
  return Buffer.concat([picture.subarray(0, at), head, prefix, tiff, picture.subarray(at)]);
}

/** After IHDR, which always ends at byte 33. */
function intoPng(picture: Buffer, tiff: Buffer): Buffer {
  const chunk = Buffer.alloc(tiff.length + 12);
  chunk.writeUInt32BE(tiff.length, 0);
  chunk.write('eXIf', 4, 'latin1');
  tiff.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + tiff.length)), 8 + tiff.length);
  return Buffer.concat([picture.subarray(0, 33), chunk, picture.subarray(33)]);
}

/** As the last chunk; a simple file becomes an extended one (RIFF container, VP8X flags: 8 = EXIF, 16 = alpha). */
function intoWebp(
  picture: Buffer,
  tiff: Buffer,
  { width, height, hasAlpha }: { width: number; height: number; hasAlpha: boolean },
): Buffer {
  const isExtended = picture.toString('latin1', 12, 16) === 'VP8X';
  const extension = Buffer.alloc(isExtended ? 0 : 18);
  if (!isExtended) {
    extension.write('VP8X', 0, 'latin1');
    extension.writeUInt32LE(10, 4);
    extension[8] = hasAlpha ? 0x18 : 0x08;
    extension.writeUIntLE(width - 1, 12, 3);
    extension.writeUIntLE(height - 1, 15, 3);
  }
  const chunk = Buffer.alloc(8 + tiff.length + (tiff.length % 2));
  chunk.write('EXIF', 0, 'latin1');
  chunk.writeUInt32LE(tiff.length, 4);
  tiff.copy(chunk, 8);
  const whole = Buffer.concat([picture.subarray(0, 12), extension, picture.subarray(12), chunk]);
  whole.writeUInt32LE(whole.length - 8, 4);
  if (isExtended) whole[20] = (whole[20] ?? 0) | 0x08;
  return whole;
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
