import type { BmpHeader, ChannelMask } from './bmp-header.ts';
import { walkRuns } from './bmp-runs.ts';

/** Decoded pixels, row by row from the top, 8 bits a channel. */
export interface RawPixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

/** Whether a BMP file holds all of its pixels; decodes nothing into memory. */
export function isWholeBmp(bytes: Buffer, header: BmpHeader): boolean {
  if (header.encoding !== 'plain') return walkRuns(bytes, header, () => {});
  // The padding of the last row is missing in some files.
  const last = Math.ceil((header.width * header.bitsPerPixel) / 8);
  return (
    header.pixelsAt >= 26 && header.pixelsAt + stride(header) * (header.height - 1) + last <= bytes.length
  );
}

/** Decodes a BMP file that `isWholeBmp`. Alpha counts only where a mask declares it and some pixel uses it. */
export function readBmp(bytes: Buffer, header: BmpHeader): RawPixels {
  if (header.bitsPerPixel <= 8) return indexed(bytes, header);
  return header.bitsPerPixel === 24 ? trueColour(bytes, header) : masked(bytes, header);
}

function stride({ width, bitsPerPixel }: BmpHeader): number {
  return Math.floor((width * bitsPerPixel + 31) / 32) * 4;
}

/** Where the row that is `y`-th from the top begins in the file. */
function rowAt(header: BmpHeader, y: number): number {
  return header.pixelsAt + stride(header) * (header.isTopDown ? y : header.height - 1 - y);
}

function indexed(bytes: Buffer, header: BmpHeader): RawPixels {
  const { width, height, palette, bitsPerPixel } = header;
  const colours = Buffer.alloc(256 * 3);
  for (let i = 0; i < palette.count; i += 1) {
    const at = palette.at + i * palette.entryBytes;
    for (let channel = 0; channel < 3; channel += 1) colours[i * 3 + channel] = bytes[at + 2 - channel] ?? 0;
  }
  const data = Buffer.alloc(width * height * 3);
  const put = (to: number, index: number) => {
    data[to] = colours[index * 3] as number;
    data[to + 1] = colours[index * 3 + 1] as number;
    data[to + 2] = colours[index * 3 + 2] as number;
  };
  if (header.encoding === 'plain') {
    const perByte = 8 / bitsPerPixel;
    const lowest = 2 ** bitsPerPixel - 1;
    for (let y = 0; y < height; y += 1) {
      const from = rowAt(header, y);
      for (let x = 0; x < width; x += 1) {
        const shift = 8 - bitsPerPixel * ((x % perByte) + 1);
        put((y * width + x) * 3, ((bytes[from + Math.floor(x / perByte)] as number) >> shift) & lowest);
      }
    }
  } else {
    // What no run paints has the first colour.
    for (let i = 0; i < width * height; i += 1) put(i * 3, 0);
    walkRuns(bytes, header, (x, row, count, index) => {
      const y = header.isTopDown ? row : height - 1 - row;
      for (let i = 0; i < count; i += 1) put((y * width + x + i) * 3, index(i));
    });
  }
  return { data, width, height, channels: 3 };
}

function trueColour(bytes: Buffer, header: BmpHeader): RawPixels {
  const { width, height } = header;
  const data = Buffer.allocUnsafe(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    const from = rowAt(header, y);
    for (let x = 0; x < width * 3; x += 3) {
      const to = y * width * 3 + x;
      data[to] = bytes[from + x + 2] as number;
      data[to + 1] = bytes[from + x + 1] as number;
      data[to + 2] = bytes[from + x] as number;
    }
  }
  return { data, width, height, channels: 3 };
}

function masked(bytes: Buffer, header: BmpHeader): RawPixels {
  const { width, height, masks, bitsPerPixel } = header;
  const hasAlpha = masks[3].bits > 0;
  const channels = hasAlpha ? 4 : 3;
  const data = Buffer.allocUnsafe(width * height * channels);
  let isSeen = false;
  for (let y = 0; y < height; y += 1) {
    const from = rowAt(header, y);
    for (let x = 0; x < width; x += 1) {
      const pixel = bitsPerPixel === 16 ? bytes.readUInt16LE(from + x * 2) : bytes.readUInt32LE(from + x * 4);
      const to = (y * width + x) * channels;
      for (let channel = 0; channel < channels; channel += 1) {
        data[to + channel] = channelOf(pixel, masks[channel] as ChannelMask);
      }
      if (hasAlpha && data[to + 3] !== 0) isSeen = true;
    }
  }
  if (hasAlpha && !isSeen) for (let at = 3; at < data.length; at += 4) data[at] = 255;
  return { data, width, height, channels };
}

function channelOf(pixel: number, { shift, bits }: ChannelMask): number {
  if (bits === 0) return 0;
  const most = 2 ** bits - 1;
  return Math.round((((pixel >>> shift) & most) >>> 0) * (255 / most));
}
