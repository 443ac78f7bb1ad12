import { koreanText } from './korean-text.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The name of an entry as text: UTF-8 when it says so or is valid, else CP949 (contract nhn-image-manager 5.8). Slashes
 * of old Windows archives become forward ones.
 */
export function entryName(bytes: Buffer, isMarkedUtf8: boolean): string {
  const name = isMarkedUtf8 ? bytes.toString('utf8') : decoded(bytes);
  return name.replaceAll('\\', '/');
}

function decoded(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return koreanText(bytes);
  }
}

/** Whether an entry is nobody's picture: folders, and what desktops leave behind. Skipped without a word. */
export function isSkipped(name: string): boolean {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return (
    name.endsWith('/') ||
    name.startsWith('__MACOSX/') ||
    last === '.DS_Store' ||
    last.toLowerCase() === 'thumbs.db'
  );
}
