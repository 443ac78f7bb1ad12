import { artifactOfCall } from '../call-lookups.ts';
import type { Context } from '../context.ts';
import type { Call } from '../operation.ts';
import { listServerGroups as findServerGroups } from '../store/server-group.ts';

/** J: the server groups of an artifact, by id (contract nhn-deploy 3.8 J). */
export async function listServerGroups(context: Context, call: Call) {
  const groups = await context.parts.storage.read(async (reader) => {
    return await findServerGroups(reader, (await artifactOfCall(reader, call)).id);
  });
  return {
    serverGroups: groups.map((group) => ({
      id: group.id,
      name: group.name,
      description: group.description,
      osType: group.os_type,
      serverCount: group.serverCount,
    })),
  };
}
