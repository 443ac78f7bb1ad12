import { isCoreError } from '../../../errors/index.ts';
import type { Unit } from '../../../storage/index.ts';
import { wireActor } from '../actor.ts';
import { refusal, refusalBecause } from '../errors.ts';
import { booleanField, textField } from '../fields.ts';
import type { Handler } from '../operation.ts';
import { givenId, isId } from '../removal-ids.ts';
import { libraryOf, serviceResource } from '../store/service.ts';
import { inTree } from '../tree-refusal.ts';

/** The most entries of a folder that one call removes; more would keep the caller waiting (contract nhn-image-manager 3.7). */
const mostEntries = 10_000;

/** Removes one file or folder before it answers (contract nhn-image-manager 3.7). */
export const deleteNow: Handler = async (context, call) => {
  const { service, query } = call;
  const { media } = context.parts;
  const folderId = textField(query, 'folderId');
  const fileId = textField(query, 'fileId');
  if (folderId !== undefined && fileId !== undefined) throw refusal('NOT_TOGETHER', 'folderId', 'fileId');
  const id = givenId(folderId ?? fileId ?? missing());
  const withDerived = booleanField(query, 'includeThumbnail') ?? false;
  if (!isId(id)) throw refusal('NOTHING_TO_DELETE');
  const library = libraryOf(service);
  // From that unit on the entry is gone for everybody, whether its bytes can be removed now or later.
  const alongside = (unit: Unit) =>
    context.parts.ledger.record(unit, wireActor(call), {
      action: `image-${fileId === undefined ? 'folder' : 'file'}.delete`,
      resource: serviceResource(service.id),
      subject: id,
    });
  const remove = () =>
    fileId === undefined
      ? media.removals.removeFolder(library, id, { limit: mostEntries, alongside })
      : media.removals.removeFile(library, id, { withDerived, alongside });
  try {
    await inTree('', remove, { unknown: 'NOTHING_TO_DELETE', 'parent-being-removed': 'DELETE_REQUESTED' });
  } catch (error) {
    if (isCoreError(error, 'unavailable')) throw refusalBecause(error, 'DELETE_FAILED');
    throw error;
  }
  return {};
};

function missing(): never {
  throw refusal('INVALID_PARAMETER');
}
