import { refusal } from './errors.ts';

/** Values of a query or of a JSON body by their names; null and empty text count as absent (contract nhn-image-manager 2.5). */
export type Fields = Readonly<Record<string, unknown>>;

/** The field, undefined when it is absent. */
export function field(fields: Fields, name: string): unknown {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return value === null || value === '' ? undefined : value;
}

/** A text; numbers count as their digits. Throws INVALID_VALUE for anything else. */
export function textField(fields: Fields, name: string): string | undefined {
  const value = field(fields, name);
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw refusal('INVALID_VALUE', name);
}

/** A boolean, or the word for one in any letter case. Throws INVALID_VALUE. */
export function booleanField(fields: Fields, name: string): boolean | undefined {
  const value = field(fields, name);
  if (value === undefined || typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (word === 'true') return true;
  if (word === 'false') return false;
  throw refusal('INVALID_VALUE', name);
}

/** An integer, or its digits. Throws INVALID_VALUE. */
export function integerField(fields: Fields, name: string): number | undefined {
  const value = field(fields, name);
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^\s*[+-]?\d{1,15}\s*$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw refusal('INVALID_VALUE', name);
}

/** Texts: a list, or one text with commas between; blanks around and empty ones are dropped. Throws INVALID_VALUE. */
export function listField(fields: Fields, name: string): string[] | undefined {
  const value = field(fields, name);
  if (value === undefined) return undefined;
  const items = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(items)) throw refusal('INVALID_VALUE', name);
  return items
    .map((item) => {
      if (typeof item === 'string') return item.trim();
      if (typeof item === 'number') return String(item);
      throw refusal('INVALID_VALUE', name);
    })
    .filter((item) => item !== '');
}
