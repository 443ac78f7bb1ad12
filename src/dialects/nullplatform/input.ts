import { badRequest, invalidParameter, missingParameter } from './errors.ts';
import type { Call } from './operation.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The longest description (contract nullplatform 5.10). */
export const longestDescription = 2000;
const longestText = 1000;
const longestObject = 256 * 1024;

/** The id in the path. Throws 400 `Invalid id`; one that is too large for an id is simply not found. */
export function pathId(call: Pick<Call, 'path'>, name = 'id'): number {
  const id = readId(call.path[name]);
  if (id === undefined) throw badRequest('Invalid id');
  return id;
}

/** A number or a decimal string as an id (contract nullplatform 3.0); undefined for anything else. */
export function readId(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^\d{1,30}$/.test(text)) return undefined;
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}

/** Whether a field was sent: null and the empty text count as absent. */
export function isSent(fields: Fields, name: string): boolean {
  const value = fields[name];
  return value !== undefined && value !== null && value !== '';
}

/** An id that may be absent. Throws `Invalid parameter`. */
export function optionalId(fields: Fields, name: string): number | undefined {
  if (!isSent(fields, name)) return undefined;
  const id = readId(fields[name]);
  if (id === undefined) throw invalidParameter(name);
  return id;
}

/** An id that must be there. Throws `Missing parameter` or `Invalid parameter`. */
export function requiredId(fields: Fields, name: string): number {
  const id = optionalId(fields, name);
  if (id === undefined) throw missingParameter(name);
  return id;
}

/** A text that may be absent; at most `longest` characters. Throws `Invalid parameter`. */
export function optionalText(fields: Fields, name: string, longest = longestText): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value.length > longest) throw invalidParameter(name);
  return value;
}

/** A text that must be there and not be empty. Throws `Missing parameter` or `Invalid parameter`. */
export function requiredText(fields: Fields, name: string, longest = longestText): string {
  if (!isSent(fields, name)) throw missingParameter(name);
  return optionalText(fields, name, longest) ?? '';
}

/** A slug that may be absent: it becomes part of host names. Throws `Invalid parameter`. */
export function optionalSlug(fields: Fields, name: string): string | undefined {
  const slug = optionalText(fields, name, 200) || undefined;
  if (slug !== undefined && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)) throw invalidParameter(name);
  return slug;
}

/** A boolean that may be absent. Throws `Invalid parameter`. */
export function optionalBoolean(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw invalidParameter(name);
  return value;
}

/** A JSON object that may be absent, of at most 256 KiB. Throws `Invalid parameter`. */
export function optionalObject(fields: Fields, name: string): Fields | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!isObject(value) || JSON.stringify(value).length > longestObject) throw invalidParameter(name);
  return value;
}

/** A list that may be absent. Throws `Invalid parameter`. */
export function optionalList(fields: Fields, name: string, longest = 100): readonly unknown[] | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length > longest) throw invalidParameter(name);
  return value;
}

/** One of the words, or absent. Throws `Invalid parameter`. */
export function optionalWord<Word extends string>(
  fields: Fields,
  name: string,
  words: readonly Word[],
): Word | undefined {
  if (!isSent(fields, name)) return undefined;
  const word = words.find((candidate) => candidate === fields[name]);
  if (word === undefined) throw invalidParameter(name);
  return word;
}

/**
 * A JSON value as a word: texts and numbers as they are, anything else is none. `String(value)` fails for an object with
 * a `toString` of its own, which is a stranger's to send.
 */
export function wordOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Whether a JSON value is an object and no list. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `true` and `1` in a query; anything else is false. */
export function isFlagSet(call: Pick<Call, 'query'>, name: string): boolean {
  return call.query[name] === 'true' || call.query[name] === '1';
}
