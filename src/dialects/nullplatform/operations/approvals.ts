import type { Selectable } from 'kysely';
import { requireOn } from '../access.ts';
import { wireActor } from '../actor.ts';
import { decideApproval, executeApproval } from '../approvals/approval-effects.ts';
import { decidingPolicy } from '../approvals/policies.ts';
import type { Context } from '../context.ts';
import { applyEvent } from '../deployments/apply-event.ts';
import { placedScope } from '../deployments/rows.ts';
import { notFound } from '../errors.ts';
import { pathId, requiredId } from '../input.ts';
import { scopeFor } from '../lookup.ts';
import { nrnOf } from '../nrn.ts';
import type { Call, Handler } from '../operation.ts';
import { pageAnswer, readFilters, readPage, textValues } from '../paging.ts';
import type { Permission } from '../roles.ts';
import { type Condition, pageOf } from '../store/list.ts';
import { rowById } from '../store/row.ts';
import type { ApprovalTable } from '../tables.ts';
import { timestamp } from '../timestamps.ts';
import { visibilityOf, visibleRows } from '../visibility.ts';
import { parsed, scopePlace } from '../wire.ts';

type Approval = Selectable<ApprovalTable>;

/** `GET /approval`: those that the caller may read; `nrn` names a deployment, or a place above it. */
export const listApprovals: Handler = async (context, call) => {
  const page = readPage(call, { status: 'status' });
  const columns = {
    id: 'id',
    deployment_id: 'deployment_id',
    scope_id: 'scope_id',
    application_id: 'application_id',
    status: 'status',
    execution_status: 'execution_status',
  };
  const filters = readFilters(call, columns, ['id', 'deployment_id', 'scope_id', 'application_id']);
  const visible = visibleRows(await visibilityOf(context, call.caller), {
    scope: 'scope_id',
    through: 'application_id',
  });
  const nrns = textValues(call, 'nrn') ?? [];
  const below: Condition[] =
    nrns.length === 0 ? [] : [(builder) => builder.or(nrns.map((nrn) => between(builder, nrn)))];
  const { rows, total } = await context.parts.storage.read((reader) =>
    pageOf(reader, 'np_approval', { filters, conditions: [visible, ...below], page }),
  );
  return pageAnswer(page, total, rows.map(approvalWire));
};

/** An NRN, or anything below it: `;` is the character behind `:`. */
function between(builder: Parameters<Condition>[0], nrn: string): ReturnType<Condition> {
  return builder.or([
    builder('nrn', '=', nrn),
    builder.and([builder('nrn', '>=', `${nrn}:`), builder('nrn', '<', `${nrn};`)]),
  ]);
}

/** `GET /approval/:id` */
export const readApproval: Handler = async (context, call) =>
  approvalWire(await approvalFor(context, call, 'nullplatform.read'));

const decide =
  (status: 'approved' | 'denied'): Handler =>
  async (context, call) => {
    const { id } = await approvalFor(context, call, 'nullplatform.approval.decide');
    const { userId, name } = wireActor(call);
    await context.parts.storage.write((unit) =>
      decideApproval(context, unit, id, status, { userId, name }, applyEvent),
    );
    return approvalWire(await approvalFor(context, call, 'nullplatform.read'));
  };

/** `POST /approval/:id/approve` */
export const approve: Handler = decide('approved');
/** `POST /approval/:id/deny` */
export const deny: Handler = decide('denied');

/** `POST /approval/:id/execute`: starts a deployment that was approved. */
export const execute: Handler = async (context, call) => {
  const approval = await approvalFor(context, call, 'nullplatform.deployment.write');
  const { userId, name } = wireActor(call);
  await context.parts.storage.write((unit) =>
    executeApproval(context, unit, approval.deployment_id, { userId, name }, applyEvent),
  );
  return approvalWire(await approvalFor(context, call, 'nullplatform.read'));
};

/** `POST /approval/dry-run`: what a deployment to the scope would meet; nothing is made. */
export const dryRun: Handler = async (context, call) => {
  const { scope, application } = await scopeFor(
    context,
    call,
    'nullplatform.read',
    requiredId(call.body(), 'scope_id'),
  );
  const policy = await context.parts.storage.read((reader) =>
    decidingPolicy(reader, {
      organizationId: scope.organization_id,
      nrn: nrnOf(scopePlace(application, scope)),
      dimensions: parsed(scope.dimensions_json),
    }),
  );
  const result =
    policy === undefined ? 'auto_approved' : policy.decision === 'deny' ? 'auto_denied' : 'pending';
  return {
    status: result,
    approval_required: result === 'pending',
    policies: policy
      ? [{ id: policy.id, name: policy.name, nrn: policy.nrn, decision: policy.decision }]
      : [],
  };
};

async function approvalFor(context: Context, call: Call, permission: Permission): Promise<Approval> {
  const found = await context.parts.storage.read(async (reader) => {
    const approval = await rowById(reader, 'np_approval', pathId(call));
    const placed = approval && (await placedScope(reader, approval.scope_id));
    return approval && placed && { approval, place: scopePlace(placed.application, placed.scope) };
  });
  if (!found) throw notFound('Approval');
  await requireOn(context, call.caller, permission, found.place);
  return found.approval;
}

function approvalWire(row: Approval): object {
  return {
    id: row.id,
    nrn: row.nrn,
    entity_name: 'deployment',
    entity_action: 'deployment:create',
    entity_id: row.deployment_id,
    deployment_id: row.deployment_id,
    scope_id: row.scope_id,
    application_id: row.application_id,
    status: row.status,
    execution_status: row.execution_status,
    policies: [parsed(row.policy_json)],
    decided_by: row.decided_by,
    expires_at: timestamp(row.expires_at),
    created_at: timestamp(row.created_at),
    updated_at: timestamp(row.updated_at),
  };
}
