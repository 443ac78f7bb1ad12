export { readBmpHeader } from './bmp-header.ts';
export { isWholeBmp, type RawPixels, readBmp } from './bmp-reader.ts';
export { writeBmp } from './bmp-writer.ts';
export { tiffOf, upright, withExif } from './exif-block.ts';
export { readExif } from './exif-reader.ts';
export { isWholeGif } from './gif-structure.ts';
export type { Coordinate, ImageFacts } from './image-facts.ts';
export {
  type ImageFormat,
  imageFormats,
  isDecodable,
  mediaTypeOf,
  type WritableFormat,
} from './image-format.ts';
export { formatOf, signatureLength } from './signature.ts';
export { readChunkedSize, readMiffSize } from './stored-header.ts';
