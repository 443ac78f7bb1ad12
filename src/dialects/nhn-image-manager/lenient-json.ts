import { refusal } from './errors.ts';

/**
 * Reads an object that was meant to be JSON: strictly first, then with single-quoted strings and the words that a
 * Python literal has, because clients send those (contract nhn-image-manager 2.5). Undefined for anything else.
 */
export function readLenientObject(text: string): Record<string, unknown> | undefined {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const value = parsed(trimmed) ?? parsed(withDoubleQuotes(trimmed));
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** The object in the body of a JSON call; `{}` for an empty one. Throws BAD_SYNTAX. */
export function readJsonBody(bytes: Buffer): Record<string, unknown> {
  if (bytes.length === 0) return {};
  const text = bytes.toString('utf8');
  if (text.trim() === '') return {};
  const value = readLenientObject(text);
  if (!value) throw refusal('BAD_SYNTAX');
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const words: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };
/**
 * A text that never ends is one to the end, and no JSON then: looking for its end anew from every quote in it would
 * take hours for the largest body.
 */
const literal = /"(?:\\.|[^"\\])*(?:"|\\?$)|'((?:\\.|[^'\\])*)(?:'|\\?$)|\b(?:True|False|None)\b/gs;

/** Turns single-quoted strings into double-quoted ones and Python's words into JSON's; all else stays. */
function withDoubleQuotes(text: string): string {
  return text.replace(literal, (whole, single: string | undefined) => {
    if (single !== undefined) return `"${single.replaceAll("\\'", "'").replaceAll(/(?<!\\)"/g, '\\"')}"`;
    return words[whole] ?? whole;
  });
}
