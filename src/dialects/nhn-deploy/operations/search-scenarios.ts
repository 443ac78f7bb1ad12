import { groupOfCall } from '../call-lookups.ts';
import type { Context } from '../context.ts';
import type { Call } from '../operation.ts';
import { readPage } from '../page.ts';
import { scenarioOnWire } from '../scenario-wire.ts';
import { mappedScenarios } from '../store/scenario.ts';

/** O: the scenarios mapped to a group whose name contains a text, letter case ignored (contract nhn-deploy 3.10). */
export async function searchScenarios(context: Context, call: Call) {
  const { limit, offset } = readPage(call.query.page, call.query.pageSize, 10);
  const text = (call.query.scenarioName ?? '').toLowerCase();
  const scenarios = await context.parts.storage.read(async (reader) => {
    const { artifact, serverGroup } = await groupOfCall(reader, call);
    return await mappedScenarios(reader, artifact.id, serverGroup.id);
  });
  return scenarios
    .filter((scenario) => scenario.name.toLowerCase().includes(text))
    .slice(offset, offset + limit)
    .map(scenarioOnWire);
}
