import { zonedDateTime } from '../../../vendors/nhn-cloud/index.ts';
import { artifactOfCall } from '../call-lookups.ts';
import type { Context } from '../context.ts';
import type { Call } from '../operation.ts';
import { listBinaryGroups as groupsOf } from '../store/binary-group.ts';

/** K: the binary groups of an artifact, by name (contract nhn-deploy 3.8 K). */
export async function listBinaryGroups(context: Context, call: Call) {
  const groups = await context.parts.storage.read(async (reader) => {
    const artifact = await artifactOfCall(reader, call);
    return await groupsOf(reader, artifact.id);
  });
  const binaryGroups = groups.map((group) => ({
    key: group.id,
    name: group.name,
    description: group.description,
    regionCode: group.region,
    createDate: zonedDateTime(group.created_at, context.parts.settings.timeZone),
  }));
  return { binaryGroups };
}
