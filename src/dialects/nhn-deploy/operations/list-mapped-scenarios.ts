import { groupOfCall } from '../call-lookups.ts';
import type { Context } from '../context.ts';
import type { Call } from '../operation.ts';
import { mappedScenarios } from '../store/scenario.ts';

/** N: the scenarios mapped to a server group (contract nhn-deploy 3.8 N). */
export async function listMappedScenarios(context: Context, call: Call) {
  const scenarios = await context.parts.storage.read(async (reader) => {
    const { artifact, serverGroup } = await groupOfCall(reader, call);
    return await mappedScenarios(reader, artifact.id, serverGroup.id);
  });
  return { scenarios: scenarios.map(({ id, name }) => ({ scenarioId: id, scenarioName: name })) };
}
