import { isRecipeName } from '../recipe-name.ts';

/** The most bytes of a stored path (contract nhn-image-manager 3). */
const longestPath = 1024;
/** So many words of a query are looked at. */
const mostWords = 20;

/** What a public URL asks for. */
export interface ImageRequest {
  readonly container: string;
  /** In the library, in NFC. */
  readonly path: string;
  /** The words of the query that can name a recipe: keys without a value, in their order. */
  readonly names: readonly string[];
}

/**
 * Reads `/i/{container}{path}?{words}` as it stands on the wire; undefined for what no file can have: bad escapes,
 * escaped slashes, over-long paths, NUL (contract nhn-image-manager 3.17).
 */
export function readImageUrl(url: string): ImageRequest | undefined {
  const end = url.indexOf('?');
  const [, , container = '', ...segments] = (end < 0 ? url : url.slice(0, end)).split('/');
  const names = segments.map(decoded);
  if (container === '' || names.length === 0) return undefined;
  if (names.some((name) => name === undefined || name === '' || /[/\0]/.test(name))) return undefined;
  const path = `/${names.join('/')}`.normalize('NFC');
  if (Buffer.byteLength(path) > longestPath) return undefined;
  return { container, path, names: end < 0 ? [] : recipeNames(url.slice(end + 1)) };
}

function recipeNames(query: string): readonly string[] {
  const words = query.split('&', mostWords).map((word) => decoded(word.replace(/=$/, '')) ?? '');
  return words.filter(isRecipeName);
}

function decoded(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
