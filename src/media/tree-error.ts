import { CoreError, type ErrorCode } from '../errors/index.ts';

const codes = {
  /** The path is none: relative, over-long, with empty or dot segments or control characters. */
  'bad-path': 'invalid',
  /** No such library, folder or file, or one that is hidden because it is being removed. */
  unknown: 'not-found',
  /** The item itself is being removed; its name is still taken. */
  'being-removed': 'conflict',
  /** A folder above is being removed. */
  'parent-being-removed': 'conflict',
  /** A file has this path. */
  'file-there': 'conflict',
  /** A folder has this path. */
  'folder-there': 'conflict',
  /** A derived file would take the place of a user's file. */
  'user-file-there': 'conflict',
  /** The root cannot be removed. */
  root: 'forbidden',
  /** More items than the caller allows. */
  'too-many': 'too-large',
  /** There are still files or folders. */
  'not-empty': 'precondition',
} as const satisfies Record<string, ErrorCode>;

/** Why the tree refused something. */
export type TreeReason = keyof typeof codes;

/** A refusal of the tree; dialects render it by its `reason`. */
export class TreeError extends CoreError {
  readonly reason: TreeReason;

  constructor(reason: TreeReason, message: string) {
    super(codes[reason], message);
    this.name = 'TreeError';
    this.reason = reason;
  }
}

/** Whether `error` is a refusal of the tree, and, when `reason` is given, for this reason. */
export function isTreeError(error: unknown, reason?: TreeReason): error is TreeError {
  return error instanceof TreeError && (reason === undefined || error.reason === reason);
}
