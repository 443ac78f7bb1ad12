import { badRequest } from './errors.ts';
import { isObject } from './input.ts';

const deepest = 50;

/**
 * The JSON object of a body, strictly. Throws `Invalid JSON body` for anything else, and for what could not be stored or
 * written again: NUL, and values nested deeper than 50 levels. Nothing at all is `{}`.
 */
export function readJsonBody(bytes: Buffer): Readonly<Record<string, unknown>> {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('Invalid JSON body');
  }
  if (!isObject(value) || !isStorable(value)) throw badRequest('Invalid JSON body');
  return value;
}

/** Level by level, not by recursion: what is looked for is a depth that would break that. */
function isStorable(root: object): boolean {
  let level: object[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return false;
    const next: object[] = [];
    for (const value of level) {
      for (const [key, part] of Object.entries(value)) {
        if (key.includes('\0') || (typeof part === 'string' && part.includes('\0'))) return false;
        if (typeof part === 'object' && part !== null) next.push(part);
      }
    }
    level = next;
  }
  return true;
}
