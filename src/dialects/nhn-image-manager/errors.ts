import { CoreError, type ErrorCode, isCoreError } from '../../errors/index.ts';

/** One way in which a call ends, in the original's words. */
export interface Result {
  readonly core: ErrorCode;
  readonly resultCode: number;
  /** Exactly this text goes out; each `{}` is replaced by the refusal's next value (contract nhn-image-manager 2.6). */
  readonly resultMessage: string;
}

function result(core: ErrorCode, resultCode: number, resultMessage: string): Result {
  return { core, resultCode, resultMessage };
}

/** The header of an answer that did what was asked. */
export const success = { resultCode: 0, resultMessage: 'Success' } as const;

/** All failures of the wire (contract nhn-image-manager 2.6), sorted by the original's code. */
export const results = {
  UNKNOWN_ERROR: result('internal', -1, 'Unknown error.'),
  PARTIAL_SUCCESS: result('precondition', 1, 'Partial Success'),
  FAIL: result('precondition', 2, 'Fail'),
  BAD_SYNTAX: result('invalid', 400, 'It could not understand the request due to invalid syntax.'),
  UNAUTHORIZED: result('unauthenticated', 401, 'Unauthorized'),
  NOT_ALLOWED: result('forbidden', 403, 'Not Allowed.'),
  UNKNOWN_API: result('not-found', 404, 'Please check your API Url, HTTP Method.'),
  WRONG_MEDIA_TYPE: result(
    'invalid',
    415,
    "Please check your Media type. Only can be using 'application/json'",
  ),
  INVALID_VALUE: result('invalid', 5000, "'{}' is invalid."),
  TOO_LOW: result('invalid', 5001, "'{}' must be more than '{}'."),
  OUT_OF_RANGE: result('invalid', 5002, "'{}' must be more than '{}' or less than '{}'."),
  NOT_DEFINED: result('not-found', 5003, "'{}' is not defined."),
  MISSING_VALUE: result('invalid', 5004, "'{}' must be not null"),
  UNSUPPORTED_EXTENSION: result('invalid', 5005, "it must be '{}'"),
  NOT_DIFFERENT: result('invalid', 5006, "the value of '{}' and '{}' must be differed."),
  NOT_TOGETHER: result('invalid', 5007, "'{}' can not use with '{}'."),
  INVALID_PARAMETER: result('invalid', 10_001, 'parameter is invalid.'),
  INVALID_FILE: result('invalid', 10_002, 'There is not exist upload file or it is an invalid file.'),
  PATH_TOO_LONG: result('invalid', 11_001, 'The max byte size of full path is 1024.'),
  NAME_LENGTH: result('invalid', 11_002, 'It is 2 ~ 255 the length of file and folder.'),
  TOO_MANY_REQUESTED: result(
    'invalid',
    11_003,
    'It is 10,000 the max count of file and folder you can request.',
  ),
  TOO_LARGE: result('too-large', 11_004, 'It was exceed the max volume you can upload at once.'),
  TOO_MANY_FILES: result(
    'invalid',
    11_005,
    'The number of files uploaded in a single request exceeded the limit.',
  ),
  NOT_MULTIPART: result('invalid', 11_006, "Invalid multipart content type. Use 'multipart/form-data'."),
  INVALID_CHARACTERS: result('invalid', 11_050, 'Invalid Characters in File or Folder Name'),
  CALLBACK_PORT: result('invalid', 11_051, 'It is 80,443 the upload port count of URL.'),
  MISSING_NAME: result('invalid', 11_060, 'You must register the name of file or folder.'),
  FOLDER_EXISTS: result('conflict', 20_000, 'There is already a folder at the given destination. path: {}'),
  NO_SUCH_PATH: result('not-found', 20_001, 'No file was found at the specified path.'),
  NO_UPPER_FOLDER: result('precondition', 20_002, 'It does not exist upper folder.'),
  NAME_TAKEN: result('conflict', 20_010, 'There is same file name.'),
  DELETE_REQUESTED: result('precondition', 21_002, 'It was file or folder requested to delete.'),
  TOO_MANY_DELETES: result(
    'invalid',
    21_003,
    'It is 10,000 the max count of file and folder you are able to delete.',
  ),
  NOTHING_TO_DELETE: result('not-found', 21_011, 'It does not exist the data to delete.'),
  DELETE_FAILED: result('unavailable', 21_030, 'It occurred some problem while deleting.'),
  FOLDER_FAILED: result('unavailable', 22_001, 'It occurred some problem while creating folder.'),
  NO_IMAGE_SIZE: result('invalid', 23_002, 'It could not extract the image attribute.'),
  UPLOAD_FAILED: result('unavailable', 24_001, 'The storage upload failed.'),
  STORAGE_DENIED: result('unavailable', 24_005, 'The storage access was denied.'),
  WRONG_KEY: result('unauthenticated', 30_004, 'The authentication is invalid.'),
  SERVICE_OFF: result('forbidden', 30_005, 'The user is invalid.'),
  NO_AUTHORITY: result('forbidden', 40_000, 'You have no operation authority.'),
  OPERATION_FAILED: result('precondition', 40_001, 'Failed to process the image operation.'),
  OPERATION_NAME_TAKEN: result('conflict', 40_002, 'There is same name of Image Operation.'),
  NO_OPTIONS: result('invalid', 40_003, 'There are not any option for image processing.'),
  UNREADABLE_OPTIONS: result('invalid', 40_004, 'Failed to parsing the image operation.'),
  ALREADY_ON: result('conflict', 50_001, 'Failed to enable given appKey, since the appKey is already exist.'),
  DELETING_ALL: result('precondition', 50_011, 'Pending deleting all image files.'),
  FILES_REMAIN: result('precondition', 50_012, 'Remains image files. Please proceed delete all image files.'),
  TASK_FAILED: result('precondition', 500_201, 'Operation fail. '),
} as const satisfies Record<string, Result>;

/** A key of the table of results. */
export type ResultName = keyof typeof results;

/** A refusal in the original's words, with its blanks filled. */
export class Refusal extends CoreError {
  readonly resultCode: number;

  constructor(
    { core, resultCode, resultMessage }: Result,
    values: readonly (string | number)[],
    cause?: unknown,
  ) {
    const left = [...values];
    super(
      core,
      resultMessage.replaceAll('{}', () => String(left.shift() ?? '')),
      { cause },
    );
    this.name = 'Refusal';
    this.resultCode = resultCode;
  }
}

/**
 * A refusal to throw; `values` fill the blanks of the message in their order.
 * @example throw refusal('OUT_OF_RANGE', 'quality', 1, 100);
 */
export function refusal(name: ResultName, ...values: readonly (string | number)[]): Refusal {
  return new Refusal(results[name], values);
}

/** The same for a failure of the server's, so that the log tells what it was that failed. */
export function refusalBecause(
  cause: unknown,
  name: ResultName,
  ...values: readonly (string | number)[]
): Refusal {
  return new Refusal(results[name], values, cause);
}

/** What the header of a failed answer says. */
export interface Failure {
  readonly resultCode: number;
  readonly resultMessage: string;
}

const byCoreCode: Partial<Record<ErrorCode, ResultName>> = {
  invalid: 'INVALID_PARAMETER',
  unauthenticated: 'WRONG_KEY',
  forbidden: 'NOT_ALLOWED',
  'not-found': 'NO_SUCH_PATH',
  conflict: 'NAME_TAKEN',
  'too-large': 'TOO_LARGE',
  'rate-limited': 'UPLOAD_FAILED',
  unavailable: 'UPLOAD_FAILED',
};

/**
 * What whatever was thrown is answered with: a refusal's own text, a core error's nearest, 400 for what the framework
 * found wrong with the request, -1 for everything else.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) return { resultCode: error.resultCode, resultMessage: error.message };
  const name = isCoreError(error)
    ? (byCoreCode[error.code] ?? 'UNKNOWN_ERROR')
    : isFrameworkRefusal(error)
      ? 'BAD_SYNTAX'
      : 'UNKNOWN_ERROR';
  const { resultCode, resultMessage } = results[name];
  return { resultCode, resultMessage };
}

/**
 * Whether the server failed, not its caller: by what nobody foresaw, or because a disk, a store or a process did not do
 * its part. Such an error belongs in the log, the answer says nothing of its reason.
 */
export function isOurFault(error: unknown): boolean {
  return (
    isCoreError(error, 'unavailable') || failureOf(error).resultCode === results.UNKNOWN_ERROR.resultCode
  );
}

function isFrameworkRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !('statusCode' in error)) return false;
  return typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500;
}
