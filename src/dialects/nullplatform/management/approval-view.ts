import type { Selectable } from 'kysely';
import type { Principal } from '../../../identity/index.ts';
import type { Context } from '../context.ts';
import type { Deployment } from '../deployments/rows.ts';
import { timingOf } from '../deployments/timing.ts';
import { resourceOf } from '../nrn.ts';
import { rowsById } from '../store/row.ts';
import type { ApprovalTable, NullplatformTables } from '../tables.ts';
import { parsed, scopePlace } from '../wire.ts';
import type { ApprovalView, Waiting } from './approval-shapes.ts';
import { reaches } from './reach.ts';

/** A row of `np_approval`. */
export type Approval = Selectable<ApprovalTable>;

const mostWaiting = 200;
/** Of one organization, where most may be for others to decide; a scope has one at most. */
const mostLookedAt = 5000;

/** What the caller may do where the approval stands. */
export interface Rights {
  readonly decide: boolean;
  readonly deploy: boolean;
}

/** The approval as somebody with these rights sees it; `names` are those of principals. */
export function approvalView(
  row: Approval,
  deployment: Pick<Deployment, 'created_by'>,
  names: ReadonlyMap<number, string>,
  may: Rights,
): ApprovalView {
  return {
    id: row.id,
    status: row.status,
    executionStatus: row.execution_status,
    policy: String(parsed(row.policy_json).name),
    askedBy: names.get(deployment.created_by) ?? null,
    askedAt: row.created_at,
    decidedBy: names.get(row.decided_by ?? 0) ?? null,
    expiresAt: row.expires_at,
    mayDecide: may.decide && row.status === 'pending',
    mayStart: may.deploy && row.status !== 'pending' && row.execution_status === 'pending',
  };
}

/** The names of everybody who may have asked or decided: people by theirs, machine accounts by that of their key. */
export async function principalNames({ parts }: Context): Promise<ReadonlyMap<number, string>> {
  const principals = await parts.identity.list();
  const keys = await parts.storage.read((reader) =>
    reader.tables<NullplatformTables>().selectFrom('np_api_key').select(['principal_id', 'name']).execute(),
  );
  return new Map([
    ...principals.map(({ id, name }) => [id, name] as const),
    ...keys.map(({ principal_id, name }) => [principal_id, `the key ${name}`] as const),
  ]);
}

/** The approvals that the caller may decide, and those that are approved and that the caller may start. */
export async function waitingFor(context: Context, principal: Principal): Promise<Waiting> {
  const { identity, storage, clock } = context.parts;
  const decidable = await identity.resources(principal, 'nullplatform.approval.decide');
  const startable = await identity.resources(principal, 'nullplatform.deployment.write');
  if (decidable.length + startable.length === 0) return { waiting: [] };
  const names = await principalNames(context);
  // Nothing waits for longer: by then the approval or its deployment has expired.
  const { approvalSeconds, expirySeconds } = timingOf(context.parts);
  const oldest = clock.now() - Math.max(approvalSeconds, expirySeconds) * 1000;
  return await storage.read(async (reader) => {
    const tables = reader.tables<NullplatformTables>();
    const organizations = await tables.selectFrom('np_organization').select('id').execute();
    const waiting: Waiting['waiting'] = [];
    for (const { id } of organizations) {
      const approvals = await tables
        .selectFrom('np_approval')
        .selectAll()
        .where('organization_id', '=', id)
        .where('created_at', '>', oldest)
        .where('execution_status', '=', 'pending')
        .orderBy('created_at')
        .orderBy('id')
        .limit(mostLookedAt)
        .execute();
      const rows = <Name extends 'np_deployment' | 'np_scope' | 'np_application'>(
        table: Name,
        column: 'deployment_id' | 'scope_id' | 'application_id',
      ) =>
        rowsById(
          reader,
          table,
          approvals.map((approval) => approval[column]),
        );
      const deployments = await rows('np_deployment', 'deployment_id');
      const scopes = await rows('np_scope', 'scope_id');
      const applications = await rows('np_application', 'application_id');
      const releases = await rowsById(
        reader,
        'np_release',
        [...deployments.values()].map((deployment) => deployment.release_id),
      );
      for (const approval of approvals) {
        const deployment = deployments.get(approval.deployment_id);
        const scope = scopes.get(approval.scope_id);
        const application = applications.get(approval.application_id);
        if (!deployment || !scope || !application) continue;
        const resource = resourceOf(scopePlace(application, scope));
        const may = { decide: reaches(decidable, resource), deploy: reaches(startable, resource) };
        const view = approvalView(approval, deployment, names, may);
        if (!view.mayDecide && !view.mayStart) continue;
        waiting.push({
          approval: view,
          deploymentId: deployment.id,
          semver: releases.get(deployment.release_id)?.semver ?? '',
          description: deployment.description,
          scope: { id: scope.id, name: scope.name },
          application: application.name,
        });
      }
    }
    waiting.sort((one, other) => one.approval.askedAt - other.approval.askedAt);
    return { waiting: waiting.slice(0, mostWaiting) };
  });
}
