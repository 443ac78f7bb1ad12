import { type Result, refusal } from './errors.ts';

/** The content type of every JSON answer (contract nhn-deploy 3.2). */
export const jsonType = 'application/json;charset=UTF-8';

/** The header of a successful envelope; `now` is epoch milliseconds (contract nhn-deploy 3.2). */
export function successHeader(now: number) {
  return { isSuccessful: true, serverTime: now, resultCode: 'SUCCESS', resultMessage: 'success' } as const;
}

/** A successful answer, one line: some clients read only the last line of what they get. */
export function successEnvelope(now: number, body: unknown): string {
  return JSON.stringify({ header: successHeader(now), body });
}

/** A failed answer, one line; its body is always null. */
export function failureEnvelope(now: number, result: Result): string {
  const { resultCode, resultMessage } = result;
  return JSON.stringify({
    header: { isSuccessful: false, serverTime: now, resultCode, resultMessage },
    body: null,
  });
}

/** A failed answer of the previous version's upload (contract nhn-deploy 3.4). */
export function previousFailure(result: Result): string {
  return JSON.stringify({ isSuccess: false, result: result.previous });
}

/** The id that no row has: what a well-formed number beyond 2^53 is read as, so that it is simply not found. */
export const unknownId = 0;

const largestLong = 9_223_372_036_854_775_807n;

/** A path id: decimal digits, 1 to 2^63 − 1 (contract nhn-deploy 3.2). Throws BAD_REQUEST. */
export function readPathId(text: string): number {
  const id = readLong(text);
  if (id === undefined)
    throw refusal('BAD_REQUEST', `"${text.slice(0, 40)}" is not an id; ids are digits, from 1`);
  return id;
}

/** The number in `text`, `unknownId` for one beyond 2^53, undefined when it is not a positive 64-bit number. */
export function readLong(text: string): number | undefined {
  if (!/^\d{1,40}$/.test(text)) return undefined;
  const value = BigInt(text);
  if (value < 1n || value > largestLong) return undefined;
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? unknownId : Number(value);
}

/**
 * The id that a form or the previous version's path names: any 64-bit number is one, and is `unknownId` when no row can
 * have it; undefined for what is no number, like `+1` (contract nhn-deploy 3.4).
 */
export function readNumber(text: string): number | undefined {
  if (!/^-?\d{1,40}$/.test(text)) return undefined;
  const value = BigInt(text);
  if (value < -largestLong - 1n || value > largestLong) return undefined;
  return readLong(String(value)) ?? unknownId;
}

/** `true` or `false` in any letter case, or a JSON boolean; undefined for anything else (contract nhn-deploy 3.2). */
export function readBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  const word = value.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

/**
 * The JSON object in a body that was read as bytes; an absent or empty body is `{}` (contract nhn-deploy 3.5).
 * Throws BAD_REQUEST for broken JSON and for anything that is not an object.
 */
export function readJsonObject(body: unknown): Record<string, unknown> {
  const text = Buffer.isBuffer(body) ? body.toString('utf8').replace(/^\uFEFF/, '') : '';
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusal('BAD_REQUEST', 'the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusal('BAD_REQUEST', 'the body is not a JSON object');
  }
  return value as Record<string, unknown>;
}
