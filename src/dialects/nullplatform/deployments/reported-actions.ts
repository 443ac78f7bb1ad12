import type { Unit } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import type { DeploymentStatus } from '../statuses.ts';
import type { ActionTable, NullplatformTables } from '../tables.ts';
import type { StrategyData } from './deployment-state.ts';
import type { ApplyEvent, By } from './event.ts';
import { silenceKind } from './timer-kinds.ts';

/** An action of which no agent has said anything for so long has failed: else its scope would be taken for ever. */
const silenceMilliseconds = 86_400_000;

/** What an agent says of a deployment whose actions it carries out. */
export interface Report {
  readonly status?: DeploymentStatus;
  readonly data?: StrategyData;
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

/** Looks at an action of an agent again when nothing has been said of it for too long since `saidAt`. */
export async function expectWord(
  { parts }: Pick<Context, 'parts'>,
  unit: Unit,
  actionId: string,
  saidAt: number,
): Promise<void> {
  await parts.work.enqueue(unit, {
    kind: silenceKind,
    input: { actionId },
    notBefore: saidAt + silenceMilliseconds,
  });
}

/** Fails an action that its agent has said nothing of for a day; one that it works on is looked at again. */
export async function endSilence(
  context: Context,
  unit: Unit,
  actionId: string,
  apply: ApplyEvent,
): Promise<void> {
  const action = await unit
    .tables<NullplatformTables>()
    .selectFrom('np_action')
    .select(['slug', 'status', 'deployment_id', 'updated_at'])
    .where('id', '=', actionId)
    .executeTakeFirst();
  if (!action || action.deployment_id === null) return;
  if (action.status !== 'pending' && action.status !== 'in_progress') return;
  if (unit.now < action.updated_at + silenceMilliseconds) {
    return await expectWord(context, unit, actionId, action.updated_at);
  }
  await setStatus(unit, actionId, 'failed');
  const why = `No agent has said for a day what became of ${action.slug}`;
  await apply(context, unit, action.deployment_id, { kind: 'action-ended', succeeded: false, why });
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
