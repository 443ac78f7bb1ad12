import { STATUS_CODES } from 'node:http';
import { CoreError, type ErrorCode, isCoreError } from '../../errors/index.ts';

/** What the API sends when a call fails (contract nullplatform 3.0). It never has an `id`: Go clients read that as a number. */
export interface Failure {
  readonly statusCode: number;
  readonly error: string;
  readonly code: string;
  readonly message: string;
}

const statusOf: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  // Clients that read retry on 409 (contract nullplatform 5.11).
  conflict: 400,
  precondition: 400,
  'too-large': 413,
  'rate-limited': 429,
  unavailable: 503,
  'not-implemented': 501,
  internal: 500,
};

const wireCodes: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'TOO_MANY_REQUESTS',
  501: 'NOT_IMPLEMENTED',
  503: 'SERVICE_UNAVAILABLE',
};

/** A refusal in the original's words; `wireCode` stands in the answer where it says more than the status. */
export class Refusal extends CoreError {
  readonly wireCode: string | undefined;

  constructor(code: ErrorCode, message: string, wireCode?: string) {
    super(code, message);
    this.name = 'Refusal';
    this.wireCode = wireCode;
  }
}

/** A business rule says no: 400 with this text. */
export const badRequest = (message: string): Refusal => new Refusal('invalid', message);
/** `Missing parameter: status`, the literal that clients look for (contract nullplatform 3.6). */
export const missingParameter = (name: string): Refusal =>
  new Refusal('invalid', `Missing parameter: ${name}`, 'MISSING_PARAMETER');
/** A parameter that is there and cannot be. */
export const invalidParameter = (name: string): Refusal =>
  new Refusal('invalid', `Invalid parameter: ${name}`, 'INVALID_PARAMETER');
/** `Scope not found` and its like. */
export const notFound = (entity: string): Refusal => new Refusal('not-found', `${entity} not found`);
/** No valid token, or one of another organization: the answer is the same, so that nobody learns which (contract nullplatform 2.4). */
export const unauthorized = (): Refusal => new Refusal('unauthenticated', 'Unauthorized');
/** A valid token without the right; the text is matched by clients (contract nullplatform 2.4). */
export const forbidden = (): Refusal =>
  new Refusal('forbidden', "You're not authorized to perform this operation.");
/** An operation of the original that is not served. */
export const notImplemented = (operation: string): Refusal =>
  new Refusal('not-implemented', `${operation} is not implemented`);

/** What whatever was thrown is answered with; the reason of a failure of ours stays in the log. */
export function failureOf(error: unknown): Failure {
  const status = isCoreError(error) ? statusOf[error.code] : frameworkStatus(error);
  const wireCode = error instanceof Refusal ? error.wireCode : undefined;
  const told = isCoreError(error) && status !== 500 ? error.message : undefined;
  return failure(status, told, wireCode);
}

/** A failure with this status; the message is the status' own phrase where none is given. */
export function failure(status: number, message?: string, wireCode?: string): Failure {
  const error = STATUS_CODES[status] ?? 'Error';
  const code = wireCode ?? wireCodes[status] ?? 'INTERNAL_SERVER_ERROR';
  return { statusCode: status, error, code, message: message ?? error };
}

function frameworkStatus(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
