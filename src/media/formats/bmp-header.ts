/** Where the bits of one channel stand in a pixel. */
export interface ChannelMask {
  readonly shift: number;
  readonly bits: number;
}

/** What the headers of a BMP file say. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bitsPerPixel: number;
  readonly encoding: 'plain' | 'rle4' | 'rle8';
  /** Red, green, blue, alpha for 16 and 32 bits per pixel; alpha has 0 bits where there is none. */
  readonly masks: readonly [ChannelMask, ChannelMask, ChannelMask, ChannelMask];
  readonly palette: { readonly at: number; readonly count: number; readonly entryBytes: 3 | 4 };
  readonly pixelsAt: number;
}

const noMask = { shift: 0, bits: 0 };
const depths = [1, 4, 8, 16, 24, 32];

/** Reads the headers of a BMP file (OS/2 1 and 2, Windows 3 to 5); undefined when they are broken or of another kind. */
export function readBmpHeader(bytes: Buffer): BmpHeader | undefined {
  if (bytes.length < 26 || bytes.toString('latin1', 0, 2) !== 'BM') return undefined;
  const pixelsAt = bytes.readUInt32LE(10);
  const headerBytes = bytes.readUInt32LE(14);
  if (headerBytes === 12) return coreHeader(bytes, pixelsAt);
  if (headerBytes < 16 || headerBytes > 124 || bytes.length < 14 + Math.max(headerBytes, 40))
    return undefined;
  const [width, height, bitsPerPixel] = [
    bytes.readInt32LE(18),
    bytes.readInt32LE(22),
    bytes.readUInt16LE(28),
  ];
  const compression = headerBytes >= 20 ? bytes.readUInt32LE(30) : 0;
  const encoding = encodingOf(compression, bitsPerPixel);
  if (width <= 0 || height === 0 || !depths.includes(bitsPerPixel) || encoding === undefined)
    return undefined;
  const hasMasks = compression === 3 || compression === 6;
  const maskBytes = hasMasks && headerBytes === 40 ? (compression === 6 ? 16 : 12) : 0;
  const used = headerBytes >= 36 ? bytes.readUInt32LE(46) : 0;
  return {
    width,
    height: Math.abs(height),
    isTopDown: height < 0,
    bitsPerPixel,
    encoding,
    masks: hasMasks ? readMasks(bytes, compression === 6 || headerBytes >= 56) : defaultMasks(bitsPerPixel),
    palette: {
      at: 14 + headerBytes + maskBytes,
      count: Math.min(used || 2 ** Math.min(bitsPerPixel, 8), 256),
      entryBytes: 4,
    },
    pixelsAt,
  };
}

function coreHeader(bytes: Buffer, pixelsAt: number): BmpHeader | undefined {
  const [width, height, bitsPerPixel] = [
    bytes.readUInt16LE(18),
    bytes.readUInt16LE(20),
    bytes.readUInt16LE(24),
  ];
  if (width === 0 || height === 0 || ![1, 4, 8, 24].includes(bitsPerPixel)) return undefined;
  const palette = { at: 26, count: 2 ** Math.min(bitsPerPixel, 8), entryBytes: 3 as const };
  const masks = defaultMasks(bitsPerPixel);
  return { width, height, isTopDown: false, bitsPerPixel, encoding: 'plain', masks, palette, pixelsAt };
}

function encodingOf(compression: number, bitsPerPixel: number): BmpHeader['encoding'] | undefined {
  if (compression === 0) return 'plain';
  if (compression === 1 && bitsPerPixel === 8) return 'rle8';
  if (compression === 2 && bitsPerPixel === 4) return 'rle4';
  if ((compression === 3 || compression === 6) && (bitsPerPixel === 16 || bitsPerPixel === 32))
    return 'plain';
  return undefined;
}

function defaultMasks(bitsPerPixel: number): BmpHeader['masks'] {
  const bits = bitsPerPixel === 16 ? 5 : 8;
  return [{ shift: 2 * bits, bits }, { shift: bits, bits }, { shift: 0, bits }, noMask];
}

function readMasks(bytes: Buffer, hasAlpha: boolean): BmpHeader['masks'] {
  const mask = (at: number) => (at + 4 <= bytes.length ? maskOf(bytes.readUInt32LE(at)) : noMask);
  return [mask(54), mask(58), mask(62), hasAlpha ? mask(66) : noMask];
}

function maskOf(value: number): ChannelMask {
  if (value === 0) return noMask;
  let shift = 0;
  while (((value >>> shift) & 1) === 0) shift += 1;
  let bits = 0;
  while (shift + bits < 32 && ((value >>> (shift + bits)) & 1) === 1) bits += 1;
  return { shift, bits };
}
