import type { default as Sharp } from 'sharp';

/** The decoders of the formats that are read; `File` for what others sent, SVG only from the masks made here. */
const loaders = [
  'VipsForeignLoadJpegFile',
  'VipsForeignLoadPngFile',
  'VipsForeignLoadNsgifFile',
  'VipsForeignLoadWebpFile',
  'VipsForeignLoadTiffFile',
  'VipsForeignLoadSvgBuffer',
];

let loaded: Promise<typeof Sharp> | undefined;

/**
 * The one door to sharp. Only child processes come here. No operation is cached, since files are read once; one thread
 * a picture, since there is a process for every core.
 */
export function loadSharp(): Promise<typeof Sharp> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false);
    sharp.concurrency(1);
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({ operation: loaders });
    return sharp;
  });
  return loaded;
}
