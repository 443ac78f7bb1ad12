import type { Unit } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import type { ApplyEvent, By } from '../deployments/event.ts';
import { tellScopeChanged } from '../deployments/news.ts';
import { deploymentNrn, type PlacedDeployment, placedDeployment } from '../deployments/rows.ts';
import { approvalKind } from '../deployments/timer-kinds.ts';
import { timingOf } from '../deployments/timing.ts';
import { badRequest, notFound } from '../errors.ts';
import { drawId } from '../ids.ts';
import { resourceOf } from '../nrn.ts';
import type { ApprovalStatus } from '../statuses.ts';
import type { NullplatformTables } from '../tables.ts';
import { scopePlace } from '../wire.ts';
import type { Policy } from './policies.ts';

/** Asks for the approval of a deployment; nobody's decision for a week is a refusal. */
export async function askApproval(
  context: Context,
  unit: Unit,
  placed: PlacedDeployment,
  policy: Policy,
  status: Extract<ApprovalStatus, 'pending' | 'auto_denied'>,
): Promise<number> {
  const id = await drawId(unit, 'np_approval');
  const expiresAt = unit.now + timingOf(context.parts).approvalSeconds * 1000;
  await unit
    .tables<NullplatformTables>()
    .insertInto('np_approval')
    .values({
      id,
      organization_id: placed.deployment.organization_id,
      application_id: placed.application.id,
      scope_id: placed.scope.id,
      deployment_id: placed.deployment.id,
      nrn: deploymentNrn(placed),
      status,
      execution_status: status === 'pending' ? 'pending' : 'expired',
      policy_json: JSON.stringify({ name: policy.name, nrn: policy.nrn, decision: policy.decision }),
      decided_by: null,
      expires_at: expiresAt,
      created_at: unit.now,
      updated_at: unit.now,
    })
    .execute();
  if (status === 'pending') {
    await context.parts.work.enqueue(unit, {
      kind: approvalKind,
      input: { approvalId: id },
      notBefore: expiresAt,
    });
  }
  return id;
}

/** The approval of a deployment that was cancelled asks nobody any more. */
export async function cancelApproval(unit: Unit, deploymentId: number): Promise<void> {
  await unit
    .tables<NullplatformTables>()
    .updateTable('np_approval')
    .set({ status: 'cancelled', execution_status: 'expired', updated_at: unit.now })
    .where('deployment_id', '=', deploymentId)
    .where('execution_status', '=', 'pending')
    .execute();
}

/** Starts a deployment that was approved; once, however often it is asked for. Throws 400 when it was not. */
export async function executeApproval(
  context: Context,
  unit: Unit,
  deploymentId: number,
  by: By,
  apply: ApplyEvent,
): Promise<void> {
  const started = await unit
    .tables<NullplatformTables>()
    .updateTable('np_approval')
    .set({ execution_status: 'success', updated_at: unit.now })
    .where('deployment_id', '=', deploymentId)
    .where('status', 'in', ['approved', 'auto_approved'])
    .where('execution_status', '=', 'pending')
    .returning('id')
    .executeTakeFirst();
  if (!started) return await refuseUnlessStarted(unit, deploymentId);
  await apply(context, unit, deploymentId, { kind: 'approval', outcome: 'executed' }, by);
}

async function refuseUnlessStarted(unit: Unit, deploymentId: number): Promise<void> {
  const approval = await unit
    .tables<NullplatformTables>()
    .selectFrom('np_approval')
    .select(['status', 'execution_status'])
    .where('deployment_id', '=', deploymentId)
    .executeTakeFirst();
  if (!approval) throw notFound('Approval');
  if (approval.execution_status === 'success') return;
  throw badRequest(`The approval is ${approval.status === 'pending' ? 'not approved' : approval.status}`);
}

/** Writes a decision down; a refusal or an expiry ends the deployment. Throws 400 for one that was decided already. */
export async function decideApproval(
  context: Context,
  unit: Unit,
  approvalId: number,
  status: 'approved' | 'denied' | 'expired',
  by: By,
  apply: ApplyEvent,
): Promise<void> {
  const tables = unit.tables<NullplatformTables>();
  const approval = await tables
    .selectFrom('np_approval')
    .select(['status', 'deployment_id', 'scope_id'])
    .where('id', '=', approvalId)
    .executeTakeFirst();
  if (!approval) throw notFound('Approval');
  if (approval.status === status) return;
  if (approval.status !== 'pending') throw badRequest(`The approval is ${approval.status} already`);
  await tables
    .updateTable('np_approval')
    .set({
      status,
      decided_by: by.userId,
      updated_at: unit.now,
      ...(status === 'approved' ? {} : { execution_status: 'expired' as const }),
    })
    .where('id', '=', approvalId)
    .execute();
  const placed = await placedDeployment(unit, approval.deployment_id);
  if (!placed) throw notFound('Deployment');
  await context.parts.ledger.append(unit, {
    who: by.name,
    dialect: 'nullplatform',
    outcome: 'done',
    action: `approval.${status}`,
    resource: resourceOf(scopePlace(placed.application, placed.scope)),
    subject: `deployment ${approval.deployment_id} of ${placed.application.name} to ${placed.scope.name}`,
  });
  // The deployment stays as it is until somebody starts it: those who watch its scope hear of it here.
  if (status === 'approved') return tellScopeChanged(unit, approval.scope_id);
  await apply(context, unit, approval.deployment_id, { kind: 'approval', outcome: status }, by);
}
