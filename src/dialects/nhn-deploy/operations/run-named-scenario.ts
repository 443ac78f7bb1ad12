import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import type { Call } from '../operation.ts';
import { runAndAnswer } from '../run-deployment.ts';
import { readRunRequest } from '../run-request.ts';
import { readJsonObject } from '../wire.ts';

/** F, and C without a scenario in its path: runs the one scenario that the body names (contract nhn-deploy 3.6). */
export async function runNamedScenario(context: Context, call: Call) {
  const request = readRunRequest(readJsonObject(call.request.body));
  const [scenarioId, ...others] = request.scenarioIds ?? [];
  if (scenarioId === undefined || others.length > 0) {
    throw refusal('BAD_REQUEST', 'scenarioIds should name exactly one scenario');
  }
  const { artifactId, serverGroupId } = call.ids;
  const executor = call.principal?.name ?? '';
  const order = { projectId: call.project.id, artifactId, serverGroupId, scenarioId, executor, request };
  return await runAndAnswer(context, call, order, request.async);
}
