import { groupOfCall } from '../call-lookups.ts';
import type { Context } from '../context.ts';
import type { Call } from '../operation.ts';
import { readPage } from '../paging.ts';
import { scenarioOnWire } from '../scenario-wire.ts';
import { mappedScenarios } from '../store/scenario.ts';

/** O: the scenarios mapped to a group whose name contains a text, letter case ignored (contract nhn-deploy 3.10). */
export async function searchScenarios(context: Context, call: Call) {
  const { page = '1', pageSize = '10' } = call.query;
  const { size, offset } = readPage({ pageNum: page, pageSize });
  const text = (call.query.scenarioName ?? '').toLowerCase();
  const scenarios = await context.parts.storage.read(async (reader) => {
    const { artifact, serverGroup } = await groupOfCall(reader, call);
    return await mappedScenarios(reader, artifact.id, serverGroup.id);
  });
  return scenarios
    .filter((scenario) => scenario.name.toLowerCase().includes(text))
    .slice(offset, offset + size)
    .map(scenarioOnWire);
}
