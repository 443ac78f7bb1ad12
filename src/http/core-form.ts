import { type CoreError, type ErrorCode, isCoreError } from '../errors/index.ts';

/** The status number of each core error on the native API. Dialects have tables of their own. */
export const statusOfCode: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  precondition: 412,
  'too-large': 413,
  'rate-limited': 429,
  unavailable: 503,
  'not-implemented': 501,
  internal: 500,
};

const reasonPhrase: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Payload Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

/** The one form of errors of the native API, the agent protocol and everything that no dialect owns. */
export interface CoreForm {
  readonly statusCode: number;
  readonly error: string;
  /** A core error code, or `method-not-allowed`, `upgrade-required`. */
  readonly code: string;
  readonly message: string;
  /** Where in the request, like `servers/0/name`. */
  readonly path?: string;
}

/** The form for a status, a code and a message. */
export function coreForm(statusCode: number, code: string, message: string, path?: string): CoreForm {
  const form = { statusCode, error: reasonPhrase[statusCode] ?? 'Error', code, message };
  return path === undefined ? form : { ...form, path };
}

interface FrameworkError extends Error {
  readonly statusCode?: number;
  readonly code?: string;
  readonly validation?: readonly { readonly instancePath: string; readonly message?: string }[];
}

/** Any thrown value as the native API answers it; only core errors and framework errors say more than `internal`. */
export function coreFormOf(error: unknown): CoreForm {
  if (isCoreError(error)) return formOfCoreError(error);
  const { statusCode, code, message, validation } = (error ?? {}) as FrameworkError;
  if (validation?.[0]) {
    const path = validation[0].instancePath.slice(1);
    return coreForm(400, 'invalid', message, path === '' ? undefined : path);
  }
  if (code === 'FST_ERR_BAD_URL') return coreForm(400, 'invalid', 'The path has a bad percent escape');
  if (code === 'FST_ERR_MAX_PARAM_LENGTH')
    return coreForm(414, 'invalid', 'A segment of the path is longer than 4096 characters');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return coreForm(statusCode, statusCode === 413 ? 'too-large' : 'invalid', message);
  }
  return coreForm(500, 'internal', 'Something went wrong inside; the log of the server says what');
}

function formOfCoreError(error: CoreError): CoreForm {
  return coreForm(statusOfCode[error.code], error.code, error.message, error.path);
}
