import type { Collision } from '../../media/index.ts';
import type { Reader } from '../../storage/index.ts';
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

/** Throws NO_UPPER_FOLDER for a folder into which nothing can be put, since it is on its way out (contract nhn-image-manager 3.6). */
export async function checkUploadFolder(
  { parts: { storage, media } }: Context,
  service: Service,
  folder: string,
): Promise<void> {
  const look = (reader: Reader) => media.tree.isBeingRemoved(reader, libraryOf(service), folder);
  if (await storage.read(look)) throw refusal('NO_UPPER_FOLDER');
}

/**
 * What is known of a path before any byte is read. Throws NO_UPPER_FOLDER, FOLDER_EXISTS and UNSUPPORTED_EXTENSION
 * (contract nhn-image-manager 3.5); the write decides again.
 */
export async function checkUploadPath(
  { parts: { storage, media } }: Context,
  service: Service,
  path: string,
): Promise<void> {
  const library = libraryOf(service);
  const above = path.slice(0, path.lastIndexOf('/')) || '/';
  const { isRemoved, folder } = await storage.read(async (reader) => ({
    isRemoved: await media.tree.isBeingRemoved(reader, library, above),
    folder: await media.tree.folderByPath(reader, library, path),
  }));
  if (isRemoved) throw refusal('NO_UPPER_FOLDER');
  if (folder) throw refusal('FOLDER_EXISTS', path);
  if (!hasSupportedExtension(nameOf(path))) throw refusal('UNSUPPORTED_EXTENSION', extensions.join(','));
}
