import { readFile } from 'node:fs/promises';
import type { Metadata } from 'sharp';
import { CoreError } from '../../errors/index.ts';
import {
  type ImageFacts,
  type ImageFormat,
  isDecodable,
  isWholeBmp,
  isWholeGif,
  readBmpHeader,
  readChunkedSize,
  readExif,
  readMiffSize,
  tiffOf,
  type WritableFormat,
} from '../formats/index.ts';
import type { PipelineLimits } from './limits.ts';
import { loadSharp } from './sharp.ts';
import { formatOfFile, framesOf, orientationOf, readMetadata, refuseTooLarge } from './source.ts';

/**
 * The facts of a picture, after its pixels were decoded once: a header alone says nothing about a file that was cut off
 * (contract nhn-image-manager 5.13). Formats that are only stored are proven as far as their structure goes.
 */
export async function examine(file: string, limits: PipelineLimits): Promise<ImageFacts> {
  const format = formatOfFile(file);
  if (!isDecodable(format) || format === 'bmp') return examineStored(file, format, limits);
  const metadata = await readMetadata(file, format, limits);
  const frames = framesOf(format, metadata);
  await proveDecodable(file, metadata, frames, limits);
  if (format === 'gif' && !isWholeGif(await readFile(file)))
    throw new CoreError('invalid', 'The picture is broken.');
  return {
    format,
    width: metadata.width,
    height: metadata.height,
    frames,
    orientation: orientationOf(metadata),
    ...(await takingOf(file, format, metadata)),
  };
}

/** Decodes all pixels into a few: JPEG gets by with an eighth of them, which still reads every byte. */
async function proveDecodable(
  file: string,
  metadata: Metadata,
  frames: number,
  limits: PipelineLimits,
): Promise<void> {
  const sharp = await loadSharp();
  const animated = frames > 1 && metadata.width * metadata.height * frames <= limits.pixels;
  try {
    const chain = sharp(file, { animated, limitInputPixels: false, failOn: 'error' });
    await chain.resize(8, 8, { fit: 'fill' }).raw().toBuffer();
  } catch (error) {
    throw new CoreError('invalid', 'The picture is broken.', { cause: error });
  }
}

async function examineStored(file: string, format: ImageFormat, limits: PipelineLimits): Promise<ImageFacts> {
  const bytes = await readFile(file);
  const size = sizeOf(bytes, format);
  if (size === undefined) throw new CoreError('invalid', 'The picture is broken.');
  refuseTooLarge(size.width, size.height, limits);
  const { width, height } = size;
  return { format, width, height, frames: 1, orientation: 1, takenAt: null, coordinate: null };
}

function sizeOf(bytes: Buffer, format: ImageFormat) {
  if (format === 'miff') return readMiffSize(bytes);
  if (format === 'jng' || format === 'mng') return readChunkedSize(bytes, format);
  const header = readBmpHeader(bytes);
  return header && isWholeBmp(bytes, header) ? header : undefined;
}

/** When and where a picture was taken; a TIFF file is itself what an EXIF block holds. */
async function takingOf(
  file: string,
  format: WritableFormat,
  { exif }: Metadata,
): Promise<Pick<ImageFacts, 'takenAt' | 'coordinate'>> {
  if (format !== 'tiff' && exif === undefined) return { takenAt: null, coordinate: null };
  const tiff = exif === undefined ? await readFile(file) : tiffOf(exif);
  const facts = readExif((offset, length) => tiff.subarray(offset, offset + length));
  return { takenAt: facts?.takenAt ?? null, coordinate: facts?.coordinate ?? null };
}
