import { wireActor } from '../actor.ts';
import { groupOfCall } from '../call-lookups.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import type { Call } from '../operation.ts';
import { readScenarioBody, scenarioOnWire } from '../scenario-wire.ts';
import { updateScenario } from '../scenarios.ts';
import { mappedScenario } from '../store/scenario.ts';
import { readJsonObject } from '../wire.ts';

/** O: replaces a scenario by the one in the body (contract nhn-deploy 3.10). */
export async function replaceScenario(context: Context, call: Call) {
  const update = readScenarioBody(call.ids.scenarioId, readJsonObject(call.request.body));
  return await context.parts.storage.write(async (unit) => {
    const { artifact, serverGroup } = await groupOfCall(unit, call);
    const scenario = await mappedScenario(unit, artifact.id, serverGroup.id, call.ids.scenarioId);
    if (!scenario) throw refusal('NOT_FOUND_SCENARIO');
    return scenarioOnWire(
      await updateScenario(context, unit, wireActor(call.principal), artifact, scenario, update),
    );
  });
}
