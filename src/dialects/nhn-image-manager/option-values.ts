import { refusal } from './errors.ts';
import { booleanField, type Fields, field, integerField, textField } from './fields.ts';

/** The least and the greatest value that is taken. */
export interface Bounds {
  readonly least: number;
  readonly greatest: number;
}

/** An integer within bounds that must be there. Throws MISSING_VALUE, INVALID_VALUE, OUT_OF_RANGE. */
export function requiredInteger(fields: Fields, name: string, bounds: Bounds): number {
  const value = integerField(fields, name);
  if (value === undefined) throw refusal('MISSING_VALUE', name);
  return within(name, value, bounds);
}

/** An integer within bounds, or what it is without being named. Throws INVALID_VALUE, OUT_OF_RANGE. */
export function integerOr(fields: Fields, name: string, bounds: Bounds, otherwise: number): number {
  return within(name, integerField(fields, name) ?? otherwise, bounds);
}

/** A number within bounds, also with a fraction or as text. Throws INVALID_VALUE, OUT_OF_RANGE. */
export function numberField(fields: Fields, name: string, bounds: Bounds): number | undefined {
  const value = field(fields, name);
  if (value === undefined) return undefined;
  const number =
    typeof value === 'string' && /^\s*[+-]?(\d+(\.\d*)?|\.\d+)\s*$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw refusal('INVALID_VALUE', name);
  return within(name, number, bounds);
}

/** A boolean, or what it is without being named. Throws INVALID_VALUE. */
export function booleanOr(fields: Fields, name: string, otherwise: boolean): boolean {
  return booleanField(fields, name) ?? otherwise;
}

/** One of a set of words, or what it is without being named. Throws INVALID_VALUE. */
export function wordOr<Word extends string>(
  fields: Fields,
  name: string,
  words: readonly Word[],
  otherwise: Word,
): Word {
  const given = textField(fields, name);
  if (given === undefined) return otherwise;
  const word = words.find((one) => one === given);
  if (word === undefined) throw refusal('INVALID_VALUE', name);
  return word;
}

function within(name: string, value: number, { least, greatest }: Bounds): number {
  if (value < least || value > greatest) throw refusal('OUT_OF_RANGE', name, least, greatest);
  return value;
}
