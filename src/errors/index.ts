/**
 * The closed list of core errors (design: HTTP). Only an edge (a dialect's `errors.ts`, the native API, the CLI)
 * turns a code into a status number or an exit code.
 */
export const errorCodes = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not-found',
  'conflict',
  'precondition',
  'too-large',
  'rate-limited',
  'unavailable',
  'not-implemented',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/**
 * An error with a code of the closed list. `message` is for the caller: what was wrong, where, what would be right.
 * `internal` is for the log only. `path` names the place in the caller's input, like `servers/0/name`.
 */
export class CoreError extends Error {
  readonly code: ErrorCode;
  readonly internal: string | undefined;
  readonly path: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    detail: { internal?: string; path?: string; cause?: unknown } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'CoreError';
    this.code = code;
    this.internal = detail.internal;
    this.path = detail.path;
  }
}

/** Whether `error` is a CoreError, and, when `code` is given, one of that code. */
export function isCoreError(error: unknown, code?: ErrorCode): error is CoreError {
  return error instanceof CoreError && (code === undefined || error.code === code);
}
