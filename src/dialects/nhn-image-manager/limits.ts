const mebibyte = 1024 * 1024;

/** The limits of uploads (contract nhn-image-manager 5.7, 5.8); bytes where nothing else is said. */
export const limits = {
  /** One picture, wherever it comes from: 52,428,800. */
  file: 50 * mebibyte,
  /** Parts named `files` of one call. */
  files: 1_000,
  /** Entries of the archives of one call. */
  entries: 10_000,
  /** What the archives of one call inflate to, together. */
  inflated: 1024 * mebibyte,
} as const;

/** The extensions of names that are stored, as the original lists them (contract nhn-image-manager 3.5, 5.2). */
export const extensions = [
  'bmp',
  'tif',
  'tiff',
  'miff',
  'gif',
  'jpe',
  'jpeg',
  'jpg',
  'jps',
  'pjpeg',
  'jng',
  'mng',
  'png',
  'webp',
] as const;

/** Whether a name ends in one of them, in any letter case. */
export function hasSupportedExtension(name: string): boolean {
  const dot = name.lastIndexOf('.');
  const extension = dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
  return (extensions as readonly string[]).includes(extension);
}
