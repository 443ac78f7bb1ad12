import { CoreError, type ErrorCode, isCoreError } from '../../errors/index.ts';

/** One way in which a call ends, in the original's words. */
export interface Result {
  readonly core: ErrorCode;
  readonly resultCode: string;
  /** Exactly this text goes out; details are never appended (contract nhn-deploy 3.9). */
  readonly resultMessage: string;
  /** What the previous version's upload answers for it (contract nhn-deploy 3.4). */
  readonly previous: string;
}

/** The original's own spelling; clients compare the word as it is printed in the guide (contract nhn-deploy 3.4). */
export const invalidInformation = 'INAVLID_INFORMATION';

function result(core: ErrorCode, resultCode: string, resultMessage: string, previous: string): Result {
  return { core, resultCode, resultMessage, previous };
}

const malformed = 'The request is malformed or incorrect.';
const missingBinary = 'The binary info could not be found';

/**
 * All failures of the wire (contract nhn-deploy 3.9, and 3.4 for the previous version). The key is the original's
 * code; where one code covers several cases, the further keys say which.
 */
export const results = {
  BAD_REQUEST: result('invalid', 'BAD_REQUEST', malformed, invalidInformation),
  ARTIFACT_ID_IS_NOT_NUMBER: result('invalid', 'BAD_REQUEST', malformed, 'ARTIFACT_ID_IS_NOT_NUMBER'),
  BINARY_GROUP_IS_NOT_NUMBER: result('invalid', 'BAD_REQUEST', malformed, 'BINARY_GROUP_IS_NOT_NUMBER'),
  METAFILE_UNREADABLE: result('invalid', 'BAD_REQUEST', malformed, 'METAFILE_MODIFY_FAILED'),
  NOT_FOUND_ARTIFACT_INFO: result(
    'not-found',
    'NOT_FOUND_ARTIFACT_INFO',
    'The artifact info could not be found',
    invalidInformation,
  ),
  ALREADY_UPLOADED_VERSION: result(
    'conflict',
    'ALREADY_UPLOADED_VERSION',
    'The requested binary version already exists',
    'ALREADY_UPLOADED_VERSION',
  ),
  NOT_FOUND_OS: result('invalid', 'NOT_FOUND_OS', 'The OS could not be found', 'NOT_FOUND_OS'),
  NOT_FOUND_BINARY_GROUP: result(
    'not-found',
    'NOT_FOUND_BINARY_GROUP',
    'The binary group could not be found',
    'BINARY_GROUP_NOT_FOUND',
  ),
  NOT_FOUND_BINARY_INFO: result('not-found', 'NOT_FOUND_BINARY_INFO', missingBinary, 'NOT_FOUND_BINARY_INFO'),
  DELETED_BINARY: result(
    'not-found',
    'NOT_FOUND_BINARY_INFO',
    'The binary is already deleted',
    'ALREADY_DELETED_BINARY',
  ),
  FILE_SIZE_CAPACITY_EXCEEDED: result(
    'too-large',
    'FILE_SIZE_CAPACITY_EXCEEDED',
    'Max file size exceeded',
    'EXCEED_FILE_CAPACITY',
  ),
  INVALID_FILE_EXTENSION: result(
    'invalid',
    'INVALID_FILE_EXTENSION',
    'The filename extension is not matched with os',
    invalidInformation,
  ),
  GENERAL_EXCEPTION: result(
    'internal',
    'GENERAL_EXCEPTION',
    'An unspecified error has occurred',
    'BINARY_UPLOAD_ERROR',
  ),
  NOT_FOUND_SERVER_GROUP: result(
    'not-found',
    'NOT_FOUND_SERVER_GROUP',
    'The server group could not be found',
    invalidInformation,
  ),
  NOT_FOUND_SCENARIO: result(
    'not-found',
    'NOT_FOUND_SCENARIO',
    'The scenario could not be found',
    invalidInformation,
  ),
  ERROR_NO_AUTHENTICATION_ID: result(
    'unauthenticated',
    'ERROR_NO_AUTHENTICATION_ID',
    'X-TC-AUTHENTICATION-ID header not exist',
    invalidInformation,
  ),
  ERROR_NO_AUTHENTICATION_SECRET: result(
    'unauthenticated',
    'ERROR_NO_AUTHENTICATION_SECRET',
    'X-TC-AUTHENTICATION-SECRET header not exist',
    invalidInformation,
  ),
  ERROR_FAILED_UUID_API: result(
    'unauthenticated',
    'ERROR_FAILED_UUID_API',
    'Failed to User-Access-Key-Authentication',
    invalidInformation,
  ),
  PERMISSION_DENIED: result('forbidden', 'PERMISSION_DENIED', 'Permission denied', invalidInformation),
  ERROR_INVALID_APP_KEY: result('not-found', 'ERROR_INVALID_APP_KEY', 'Invalid AppKey', invalidInformation),
  FAIL: result('precondition', 'FAIL', 'fail', invalidInformation),
} as const satisfies Record<string, Result>;

/** A key of the table of results. */
export type ResultName = keyof typeof results;

/** A refusal in the original's words. The native API and the console show `message`, the wire shows the result's own text. */
export class Refusal extends CoreError {
  readonly result: Result;

  constructor(name: ResultName, message: string) {
    super(results[name].core, message);
    this.name = 'Refusal';
    this.result = results[name];
  }
}

/**
 * A refusal to throw. `message` is for people (what was wrong, where, what would be right); without it the original's
 * text is used.
 * @example throw refusal('NOT_FOUND_SCENARIO', `scenario ${id} is not mapped to server group ${group}`);
 */
export function refusal(name: ResultName, message: string = results[name].resultMessage): Refusal {
  return new Refusal(name, message);
}

const byCoreCode: Partial<Record<ErrorCode, ResultName>> = {
  invalid: 'BAD_REQUEST',
  unauthenticated: 'ERROR_FAILED_UUID_API',
  forbidden: 'PERMISSION_DENIED',
  'too-large': 'FILE_SIZE_CAPACITY_EXCEEDED',
  precondition: 'FAIL',
};

/**
 * The result for whatever was thrown: a refusal's own, a core error's nearest, BAD_REQUEST for what the framework
 * found wrong with the request, GENERAL_EXCEPTION for everything else.
 */
export function resultOf(error: unknown): Result {
  if (error instanceof Refusal) return error.result;
  if (isCoreError(error)) return results[byCoreCode[error.code] ?? 'GENERAL_EXCEPTION'];
  return isFrameworkRefusal(error) ? results.BAD_REQUEST : results.GENERAL_EXCEPTION;
}

function isFrameworkRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !('statusCode' in error)) return false;
  return typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500;
}
