import type { ImageFormat } from './image-format.ts';

/** How many bytes of a file's beginning `formatOf` looks at. */
export const signatureLength = 16;

const signatures: readonly (readonly [ImageFormat, number, Buffer])[] = [
  ['jpeg', 0, Buffer.from([0xff, 0xd8, 0xff])],
  ['png', 0, Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
  ['gif', 0, Buffer.from('GIF87a')],
  ['gif', 0, Buffer.from('GIF89a')],
  ['webp', 8, Buffer.from('WEBP')],
  ['tiff', 0, Buffer.from('II*\0')],
  ['tiff', 0, Buffer.from('MM\0*')],
  ['tiff', 0, Buffer.from('II+\0')],
  ['tiff', 0, Buffer.from('MM\0+')],
  ['bmp', 0, Buffer.from('BM')],
  ['jng', 0, Buffer.from('\x8bJNG\r\n\x1a\n', 'latin1')],
  ['mng', 0, Buffer.from('\x8aMNG\r\n\x1a\n', 'latin1')],
  ['miff', 0, Buffer.from('id=ImageMagick', 'latin1')],
];

/** The format that a file begins like; the name of the file has no say (contract nhn-image-manager 3.5). */
export function formatOf(beginning: Uint8Array): ImageFormat | undefined {
  const bytes = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.byteLength);
  return signatures.find(
    ([format, at, signature]) =>
      bytes.subarray(at, at + signature.length).equals(signature) &&
      (format !== 'webp' || bytes.subarray(0, 4).toString('latin1') === 'RIFF'),
  )?.[0];
}
