import { isCoreError } from '../../../errors/index.ts';
import { wireActor } from '../actor.ts';
import { refusal } from '../errors.ts';
import { textField } from '../fields.ts';
import type { Handler } from '../operation.ts';
import { folderPath } from '../paths.ts';
import { libraryOf, serviceResource } from '../store/service.ts';
import { inTree } from '../tree-refusal.ts';
import { wireFolder, wireFor } from '../wire.ts';

/** Makes a folder and the missing ones above it (contract nhn-image-manager 3.1). */
export const createFolder: Handler = async (context, call) => {
  const { service, request, json } = call;
  const { storage, media } = context.parts;
  const path = folderPath(textField(json, 'path'));
  // Whatever has the path, and however it is on its way out, counts as the folder that is there.
  const taken = { 'file-there': 'FOLDER_EXISTS', 'being-removed': 'FOLDER_EXISTS' } as const;
  const create = () =>
    storage.write(async (unit) => {
      const folder = await media.tree.createFolder(unit, libraryOf(service), path);
      await context.parts.ledger.record(unit, wireActor(call), {
        action: 'image-folder.create',
        resource: serviceResource(service.id),
        subject: path,
      });
      return folder;
    });
  try {
    const folder = await inTree(path, create, taken);
    return { folder: wireFolder(wireFor(context, service, request), folder) };
  } catch (error) {
    if (isCoreError(error, 'unavailable')) throw refusal('FOLDER_FAILED');
    throw error;
  }
};
