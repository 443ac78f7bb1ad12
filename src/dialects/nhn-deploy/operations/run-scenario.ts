import type { Context } from '../context.ts';
import type { Call } from '../operation.ts';
import { runAndAnswer } from '../run-deployment.ts';
import { readRunRequest } from '../run-request.ts';
import { readJsonObject } from '../wire.ts';

/** C: runs the scenario that the path names (contract nhn-deploy 3.5). */
export async function runScenario(context: Context, call: Call) {
  const request = readRunRequest(readJsonObject(call.request.body));
  const { artifactId, serverGroupId, scenarioId } = call.ids;
  const executor = call.principal?.name ?? '';
  const order = { projectId: call.project.id, artifactId, serverGroupId, scenarioId, executor, request };
  return await runAndAnswer(context, call, order, request.async);
}
