import { refusal } from '../errors.ts';
import type { Handler } from '../operation.ts';
import { isId } from '../removal-ids.ts';
import { libraryOf } from '../store/service.ts';
import { wireFor, wireQueue } from '../wire.ts';

const longestId = 64;

/** One task of the service (contract nhn-image-manager 3.16). */
export const showQueue: Handler = async (context, { service, request, path }) => {
  const { storage, media } = context.parts;
  const id = path.queueId ?? '';
  if (id.length > longestId) throw refusal('INVALID_PARAMETER');
  const task = isId(id)
    ? await storage.read((reader) => media.tasks.byId(reader, libraryOf(service), id))
    : undefined;
  if (!task) throw refusal('NOT_DEFINED', id);
  return { queue: wireQueue(wireFor(context, service, request), task) };
};
