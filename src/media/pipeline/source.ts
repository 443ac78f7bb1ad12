import { closeSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Metadata } from 'sharp';
import { CoreError } from '../../errors/index.ts';
import {
  formatOf,
  type ImageFormat,
  isDecodable,
  isWholeBmp,
  readBmp,
  readBmpHeader,
  signatureLength,
  type WritableFormat,
} from '../formats/index.ts';
import type { Canvas } from './canvas.ts';
import type { PipelineLimits } from './limits.ts';
import { loadSharp } from './sharp.ts';

/**
 * The format of a file by its first bytes. Throws `invalid` for what is no picture. It waits on the spot, since a child
 * process has nothing else to do, and every turn through the thread pool is one in which its core may rest.
 */
export function formatOfFile(file: string): ImageFormat {
  const handle = openSync(file, 'r');
  try {
    const beginning = Buffer.alloc(signatureLength);
    const bytesRead = readSync(handle, beginning, 0, signatureLength, 0);
    const format = formatOf(beginning.subarray(0, bytesRead));
    if (format === undefined)
      throw new CoreError('invalid', 'The file is not a picture of a supported format.');
    return format;
  } finally {
    closeSync(handle);
  }
}

/** Reads a file's header with sharp, and refuses what is over the limit of pixels before anything is decoded. */
export async function readMetadata(
  file: string,
  format: WritableFormat,
  limits: PipelineLimits,
): Promise<Metadata> {
  const sharp = await loadSharp();
  const metadata = await sharp(file, { limitInputPixels: false, failOn: 'error' })
    .metadata()
    .catch((error: unknown) => {
      throw new CoreError('invalid', 'The picture cannot be read.', { cause: error });
    });
  if (metadata.format !== format) throw new CoreError('invalid', 'The picture cannot be read.');
  refuseTooLarge(metadata.width, metadata.height, limits);
  return metadata;
}

/** Throws `precondition` for a picture without a size, `too-large` for one over the limit of pixels. */
export function refuseTooLarge(width: number, height: number, limits: PipelineLimits): void {
  if (!(width > 0 && height > 0)) throw new CoreError('precondition', 'The header gives no size.');
  if (width * height > limits.pixels)
    throw new CoreError('too-large', `${width}×${height} pixels are more than ${limits.pixels}.`);
}

/** What a picture is opened for. */
export interface OpenOptions {
  readonly keepFrames: boolean;
  readonly keepExif: boolean;
}

/**
 * Opens a picture of the format for a recipe. An animation over the limit of pixels × frames opens as its first frame. Throws
 * `invalid` for formats that are only stored, and what `readMetadata` throws.
 */
export async function openCanvas(
  file: string,
  format: ImageFormat,
  options: OpenOptions,
  limits: PipelineLimits,
): Promise<Canvas> {
  if (!isDecodable(format))
    throw new CoreError('invalid', `Pictures in ${format} are stored, not processed.`);
  if (format === 'bmp') return openBmp(file, limits);
  const sharp = await loadSharp();
  const metadata = await readMetadata(file, format, limits);
  const frames = framesOf(format, metadata);
  const isAnimated = options.keepFrames && metadata.width * metadata.height * frames <= limits.pixels;
  const chain = sharp(file, { animated: isAnimated && frames > 1, limitInputPixels: false, failOn: 'error' });
  return {
    chain,
    stage: 'read',
    width: metadata.width,
    height: metadata.height,
    frames: isAnimated ? frames : 1,
    delays: metadata.delay ?? [],
    loop: metadata.loop ?? 0,
    hasAlpha: metadata.hasAlpha,
    orientation: orientationOf(metadata),
    exif: options.keepExif ? metadata.exif : undefined,
    isFromFile: true,
  };
}

/** The EXIF orientation; 1 for none and for what is none. */
export function orientationOf({ orientation = 1 }: Metadata): number {
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

/** The frames of an animation; the pages of a TIFF are none. */
export function framesOf(format: ImageFormat, metadata: Metadata): number {
  return format === 'gif' || format === 'webp' ? (metadata.pages ?? 1) : 1;
}

async function openBmp(file: string, limits: PipelineLimits): Promise<Canvas> {
  const bytes = await readFile(file);
  const header = readBmpHeader(bytes);
  if (header === undefined || !isWholeBmp(bytes, header))
    throw new CoreError('invalid', 'The picture cannot be read.');
  refuseTooLarge(header.width, header.height, limits);
  // The pixels are all in memory, once here and once in what comes after.
  if (header.width * header.height * 8 > limits.memory)
    throw new CoreError('invalid', 'The picture is too large to be processed.');
  const sharp = await loadSharp();
  const { data, width, height, channels } = readBmp(bytes, header);
  return {
    chain: sharp(data, { limitInputPixels: false, raw: { width, height, channels } }),
    stage: 'read',
    width,
    height,
    frames: 1,
    delays: [],
    loop: 0,
    hasAlpha: channels === 4,
    orientation: 1,
    exif: undefined,
    isFromFile: false,
  };
}
