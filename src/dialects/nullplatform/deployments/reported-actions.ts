import type { Unit } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import type { DeploymentStatus } from '../statuses.ts';
import type { ActionTable, NullplatformTables } from '../tables.ts';
import type { StrategyData } from './deployment-state.ts';
import type { ApplyEvent, By } from './event.ts';
import { isReported } from './executors.ts';
import type { PlacedDeployment } from './rows.ts';

/** What an agent says of a deployment whose actions it carries out. */
export interface Report {
  readonly status?: DeploymentStatus;
  readonly data?: StrategyData;
}

/**
 * Whether an agent's reports move the deployment: where agents run the scope, and where one has an action in hand of a
 * scope that was given hosts since.
 */
export function isMovedByReports({
  deployment,
  scope,
}: Pick<PlacedDeployment, 'deployment' | 'scope'>): boolean {
  return isReported(scope) || (deployment.action_json !== null && deployment.rollout_id === null);
}

/** Takes a report, and keeps the action log in step with it. Returns why it is refused, or undefined. */
export async function takeReport(
  context: Context,
  unit: Unit,
  deploymentId: number,
  report: Report,
  by: By,
  apply: ApplyEvent,
): Promise<string | undefined> {
  const open = await openAction(unit, deploymentId);
  const before = await actionOf(unit, deploymentId);
  const refused = await apply(context, unit, deploymentId, { kind: 'reported', ...report }, by);
  if (refused !== undefined || !open) return refused;
  const isOver = (await actionOf(unit, deploymentId)) !== before;
  await setStatus(
    unit,
    open.id,
    isOver ? (report.status === 'failed' ? 'failed' : 'success') : 'in_progress',
  );
  return undefined;
}

/** Nobody wants the start any more that is under way: its agent sees that it failed, and does what comes next. */
export async function withdrawAction(
  context: Context,
  unit: Unit,
  deploymentId: number,
  apply: ApplyEvent,
): Promise<void> {
  const open = await openAction(unit, deploymentId);
  if (open) await setStatus(unit, open.id, 'failed');
  await apply(context, unit, deploymentId, { kind: 'action-ended', succeeded: false });
}

async function openAction(unit: Unit, deploymentId: number): Promise<{ readonly id: string } | undefined> {
  return await unit
    .tables<NullplatformTables>()
    .selectFrom('np_action')
    .innerJoin('np_deployment', 'np_deployment.scope_id', 'np_action.scope_id')
    .select('np_action.id')
    .where('np_deployment.id', '=', deploymentId)
    .where('np_action.deployment_id', '=', deploymentId)
    .where('np_action.status', 'in', ['pending', 'in_progress'])
    .executeTakeFirst();
}

async function actionOf(unit: Unit, deploymentId: number): Promise<string | null> {
  const { action_json } = await unit
    .tables<NullplatformTables>()
    .selectFrom('np_deployment')
    .select('action_json')
    .where('id', '=', deploymentId)
    .executeTakeFirstOrThrow();
  return action_json;
}

async function setStatus(unit: Unit, id: string, status: ActionTable['status']): Promise<void> {
  await unit
    .tables<NullplatformTables>()
    .updateTable('np_action')
    .set({ status, updated_at: unit.now })
    .where('id', '=', id)
    .execute();
}
