import { wireActor } from '../actor.ts';
import { refusal } from '../errors.ts';
import { booleanField, listField } from '../fields.ts';
import type { Handler } from '../operation.ts';
import { givenId, isId } from '../removal-ids.ts';
import { libraryOf, serviceResource } from '../store/service.ts';
import { inTree } from '../tree-refusal.ts';
import { wireFor, wireQueue } from '../wire.ts';

/** The most ids of one call (contract nhn-image-manager 3.8). */
const mostIds = 10_000;

/** Hides many files and folders at once and removes them as one task (contract nhn-image-manager 3.8). */
export const deleteLater: Handler = async (context, call) => {
  const { service, request, query } = call;
  const { storage, media } = context.parts;
  const folders = (listField(query, 'folderIds') ?? []).map(givenId);
  // An older edition of the guide called the list `files`, and clients still do.
  const files = (listField(query, 'fileIds') ?? listField(query, 'files') ?? []).map(givenId);
  const withDerived = booleanField(query, 'includeThumbnail') ?? false;
  const count = folders.length + files.length;
  if (count === 0) throw refusal('INVALID_PARAMETER');
  if (count > mostIds) throw refusal('TOO_MANY_DELETES');
  const asked = {
    library: libraryOf(service),
    folders: [...new Set(folders)].filter(isId),
    files: [...new Set(files)].filter(isId),
    withDerived,
  };
  const enqueue = () =>
    storage.write(async (unit) => {
      const outcome = await media.removals.enqueue(unit, asked);
      if (outcome.root) throw refusal('NOT_ALLOWED');
      if (!outcome.task) {
        throw refusal(outcome.alreadyHidden > 0 ? 'DELETE_REQUESTED' : 'NOTHING_TO_DELETE');
      }
      await context.parts.ledger.record(unit, wireActor(call), {
        action: 'image-files.delete',
        resource: serviceResource(service.id),
        subject: `${outcome.hidden} files and folders`,
      });
      return outcome.task;
    });
  const task = await inTree('', enqueue, { unknown: 'NOTHING_TO_DELETE' });
  return { queue: wireQueue(wireFor(context, service, request), task) };
};
