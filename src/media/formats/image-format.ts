/** The formats that a library stores, by what is in the file (contract nhn-image-manager 5.2). */
export const imageFormats = ['jpeg', 'png', 'gif', 'webp', 'tiff', 'bmp', 'miff', 'jng', 'mng'] as const;

/** The real format of a picture. */
export type ImageFormat = (typeof imageFormats)[number];

/** A format that recipes can read and write. */
export type WritableFormat = Exclude<ImageFormat, 'miff' | 'jng' | 'mng'>;

const mediaTypes: Readonly<Record<ImageFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  tiff: 'image/tiff',
  bmp: 'image/bmp',
  miff: 'image/x-miff',
  jng: 'image/x-jng',
  mng: 'video/x-mng',
};

/** The media type that a picture of this format is served with. */
export function mediaTypeOf(format: ImageFormat): string {
  return mediaTypes[format];
}

/** Whether pictures of this format can be decoded; the others are kept and served as they are. */
export function isDecodable(format: ImageFormat): format is WritableFormat {
  return format !== 'miff' && format !== 'jng' && format !== 'mng';
}
