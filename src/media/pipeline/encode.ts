import { writeFile } from 'node:fs/promises';
import type { Sharp } from 'sharp';
import { CoreError } from '../../errors/index.ts';
import { type WritableFormat, withExif, writeBmp } from '../formats/index.ts';
import type { Size } from '../geometry/index.ts';
import { type Canvas, ready } from './canvas.ts';
import type { PipelineLimits } from './limits.ts';

/** What stands under transparent pixels in formats without alpha: what a designer of pages expects. */
const ground = '#ffffff';

const longestSides: Readonly<Record<WritableFormat, number>> = {
  jpeg: 65_535,
  png: 2 ** 31 - 1,
  gif: 65_535,
  webp: 16_383,
  tiff: 2 ** 31 - 1,
  bmp: 2 ** 31 - 1,
};

/** How a picture is written. */
export interface Encoding {
  readonly format: WritableFormat;
  /** 1 to 100; rounded, for formats that lose detail. */
  readonly quality: number;
}

/** Throws `invalid` for a size that the format or the limits do not allow (contract nhn-image-manager 5.7). */
export function refuseOutput(
  size: Size,
  frames: number,
  format: WritableFormat,
  limits: PipelineLimits,
): void {
  const longest = longestSides[format];
  if (size.width > longest || size.height > longest || size.width * size.height * frames > limits.pixels)
    throw new CoreError('invalid', `${size.width}×${size.height} is too large for ${format}.`);
}

/** Runs the chain of a canvas into a file and tells its size in bytes. */
export async function encode(canvas: Canvas, encoding: Encoding, file: string): Promise<number> {
  const flat = await flattened(canvas, encoding.format);
  const chain = flat.chain.toColourspace('srgb');
  if (encoding.format === 'bmp') return writeWhole(file, await bmpOf(chain));
  const encoded = encodedBy(chain, encoding, flat);
  if (flat.exif === undefined) return (await encoded.toFile(file)).size;
  if (flat.isFromFile) return (await encoded.keepExif().toFile(file)).size;
  const picture = await encoded.toBuffer();
  return writeWhole(file, withExif(picture, encoding.format, flat.exif, flat));
}

/** Sharp flattens before it resizes, so a chain that made transparency itself has to be run first. */
async function flattened(canvas: Canvas, format: WritableFormat): Promise<Canvas> {
  if (!canvas.hasAlpha || (format !== 'jpeg' && format !== 'bmp')) return canvas;
  const next = await ready(canvas, 'extended');
  return { ...next, chain: next.chain.flatten({ background: ground }), hasAlpha: false };
}

function encodedBy(chain: Sharp, { format, quality }: Encoding, { frames, delays, loop }: Canvas): Sharp {
  const animation = frames > 1 ? { delay: [...delays], loop } : {};
  switch (format) {
    case 'jpeg':
      return chain.jpeg({ quality: Math.round(quality) });
    case 'webp':
      return chain.webp({ quality: Math.round(quality), ...animation });
    case 'gif':
      return chain.gif(animation);
    case 'tiff':
      return chain.tiff({ compression: 'lzw', predictor: 'horizontal' });
    default:
      return chain.png();
  }
}

async function bmpOf(chain: Sharp): Promise<Buffer> {
  const { data, info } = await chain
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return writeBmp({ data, width: info.width, height: info.height, channels: 3 });
}

async function writeWhole(file: string, content: Buffer): Promise<number> {
  await writeFile(file, content);
  return content.length;
}
