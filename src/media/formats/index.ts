export type { Coordinate, ImageFacts } from './image-facts.ts';
export {
  type ImageFormat,
  imageFormats,
  isDecodable,
  mediaTypeOf,
  type WritableFormat,
} from './image-format.ts';
