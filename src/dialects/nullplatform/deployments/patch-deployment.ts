import type { Unit } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import { badRequest, invalidParameter } from '../errors.ts';
import { longestDescription, optionalObject, optionalText } from '../input.ts';
import type { NullplatformTables } from '../tables.ts';
import { applyEvent } from './apply-event.ts';
import type { By } from './event.ts';
import { readDesiredTraffic } from './new-deployment.ts';
import { tellScopeChanged } from './news.ts';
import { placedDeployment } from './rows.ts';

/** What a caller changes of a deployment (contract nullplatform 3.3). */
export interface DeploymentPatch {
  readonly status?: string;
  readonly desired?: number;
  readonly description?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Reads the body of `PATCH /deployment/:id`. Throws 400. */
export function readPatch(body: Readonly<Record<string, unknown>>): DeploymentPatch {
  const status = body.status ?? undefined;
  if (status !== undefined && typeof status !== 'string') {
    throw badRequest(`Invalid status: ${JSON.stringify(status).slice(0, 100)}`);
  }
  const data = optionalObject(body, 'strategy_data');
  const desired = readDesiredTraffic(data);
  if (desired === undefined && data?.desired_switched_traffic === null) {
    throw invalidParameter('strategy_data.desired_switched_traffic');
  }
  const metadata = optionalObject(body, 'metadata');
  return {
    ...(status === undefined ? {} : { status: status.slice(0, 100) }),
    ...(desired === undefined ? {} : { desired }),
    ...('description' in body
      ? { description: optionalText(body, 'description', longestDescription) ?? null }
      : {}),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** Applies all of it or nothing. Throws 400 with the machine's refusal. */
export async function patchDeployment(
  context: Context,
  unit: Unit,
  id: number,
  patch: DeploymentPatch,
  by: By,
): Promise<void> {
  const { status, desired, description, metadata } = patch;
  if (status !== undefined || desired !== undefined) {
    const approved = status === 'creating' && (await isApproved(unit, id));
    const refused = await applyEvent(
      context,
      unit,
      id,
      {
        kind: 'patched',
        approved,
        ...(status === undefined ? {} : { status }),
        ...(desired === undefined ? {} : { desired }),
      },
      by,
    );
    if (refused !== undefined) throw badRequest(refused);
  }
  if (description === undefined && metadata === undefined) return;
  await unit
    .tables<NullplatformTables>()
    .updateTable('np_deployment')
    .set({
      ...(description === undefined ? {} : { description }),
      ...(metadata === undefined ? {} : { metadata_json: JSON.stringify(metadata) }),
      updated_at: unit.now,
      updated_by: by.userId,
    })
    .where('id', '=', id)
    .execute();
  const placed = await placedDeployment(unit, id);
  if (placed) tellScopeChanged(unit, placed.scope.id);
}

async function isApproved(unit: Unit, deploymentId: number): Promise<boolean> {
  const approval = await unit
    .tables<NullplatformTables>()
    .selectFrom('np_approval')
    .select('id')
    .where('deployment_id', '=', deploymentId)
    .where('status', 'in', ['approved', 'auto_approved'])
    .where('execution_status', '=', 'pending')
    .executeTakeFirst();
  return approval !== undefined;
}
