import { CoreError } from '../../errors/index.ts';

/** Encodings of resource files that are edited as text. */
export const resourceEncodings = ['UTF-8', 'UTF-16LE', 'UTF-16BE'] as const;
export type ResourceEncoding = (typeof resourceEncodings)[number];

/** The largest resource file that is edited as text, and the largest at all, in bytes (contract nhn-deploy 5.2). */
export const largestText = 1_048_576;
/** Bytes of the largest resource file: 1 GiB. */
export const largestResource = 1_073_741_824;

/** The text's bytes, without a byte order mark. Throws `invalid` for an empty one, `too-large` above 1 MiB. */
export function encodeText(text: string, encoding: ResourceEncoding): Buffer {
  if (text === '') throw new CoreError('invalid', 'a resource file should not be empty', { path: 'text' });
  if (/\p{Surrogate}/u.test(text))
    throw new CoreError('invalid', 'the text should be Unicode', { path: 'text' });
  const bytes = encoding === 'UTF-8' ? Buffer.from(text, 'utf8') : Buffer.from(text, 'utf16le');
  if (bytes.length > largestText) {
    throw new CoreError('too-large', `a text has at most ${largestText} bytes; upload the file instead`, {
      path: 'text',
    });
  }
  return encoding === 'UTF-16BE' ? bytes.swap16() : bytes;
}

/** The text in `bytes`. Throws `precondition` for bytes that are no such text. */
export function decodeText(bytes: Buffer, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CoreError('precondition', `the file is not ${encoding} text; download it instead`);
  }
}
