import type { Collision } from '../../media/index.ts';
import type { Context } from './context.ts';
import { refusal } from './errors.ts';
import { booleanField, type Fields, listField } from './fields.ts';
import { extensions, hasSupportedExtension } from './limits.ts';
import { nameOf } from './paths.ts';
import { libraryOf, type Service } from './store/service.ts';

/** How the files of an upload are stored. */
export interface UploadChoices {
  readonly collision: Collision;
  readonly operationIds: readonly string[];
}

/** Reads `overwrite`, `autorename` and `operationIds`; the explicit wish to replace wins (contract nhn-image-manager 3.5). */
export function readUploadChoices(fields: Fields): UploadChoices {
  const overwrite = booleanField(fields, 'overwrite') ?? false;
  const autorename = booleanField(fields, 'autorename') ?? false;
  const operationIds = [...new Set(listField(fields, 'operationIds'))];
  return { collision: overwrite ? 'replace' : autorename ? 'rename' : 'refuse', operationIds };
}

/**
 * What is known of a path before any byte is read. Throws FOLDER_EXISTS and UNSUPPORTED_EXTENSION
 * (contract nhn-image-manager 3.5); that a folder above is on its way out is found when the file is put.
 */
export async function checkUploadPath(
  { parts: { storage, media } }: Context,
  service: Service,
  path: string,
): Promise<void> {
  const folder = await storage.read((reader) => media.tree.folderByPath(reader, libraryOf(service), path));
  if (folder) throw refusal('FOLDER_EXISTS', path);
  if (!hasSupportedExtension(nameOf(path))) throw refusal('UNSUPPORTED_EXTENSION', extensions.join(','));
}
