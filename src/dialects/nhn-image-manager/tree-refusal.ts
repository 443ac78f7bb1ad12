import { isTreeError, type TreeReason } from '../../media/index.ts';
import { type Refusal, type ResultName, refusal } from './errors.ts';

const byReason: Readonly<Record<TreeReason, ResultName>> = {
  'bad-path': 'INVALID_CHARACTERS',
  unknown: 'NO_SUCH_PATH',
  'being-removed': 'DELETE_REQUESTED',
  'parent-being-removed': 'NO_UPPER_FOLDER',
  'file-there': 'NAME_TAKEN',
  'folder-there': 'FOLDER_EXISTS',
  'user-file-there': 'NAME_TAKEN',
  root: 'NOT_ALLOWED',
  'too-many': 'TOO_MANY_DELETES',
  'not-empty': 'FILES_REMAIN',
};

/**
 * Does something with the tree; its refusals become the original's, about `path`. `instead` names where an operation
 * says something else than most do (contract nhn-image-manager 4.2).
 */
export async function inTree<T>(
  path: string,
  action: () => Promise<T>,
  instead: Partial<Record<TreeReason, ResultName>> = {},
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (isTreeError(error)) throw treeRefusal(error.reason, path, instead);
    throw error;
  }
}

function treeRefusal(
  reason: TreeReason,
  path: string,
  instead: Partial<Record<TreeReason, ResultName>>,
): Refusal {
  const name = instead[reason] ?? byReason[reason];
  // Only one of these messages has a blank, and it is for the path.
  return refusal(name, path);
}
