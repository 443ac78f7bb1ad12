import { CoreError } from '../../../errors/index.ts';
import type { Reader } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import type { PlacedDeployment } from '../deployments/rows.ts';
import { rowById } from '../store/row.ts';
import type { NullplatformTables } from '../tables.ts';
import { parsed } from '../wire.ts';
import { approvalView, principalNames, type Rights } from './approval-view.ts';
import type { DeploymentPage } from './deployment-shapes.ts';
import { instancesOf } from './instance-view.ts';
import { guidanceOf } from './scope-history.ts';
import { versionOf } from './version-view.ts';

const mostMessages = 500;
const mostActions = 100;

/** All that the page of the deployment shows, as it is now. */
export async function deploymentPage(
  context: Context,
  { deployment, scope, application }: PlacedDeployment,
  may: Rights,
): Promise<DeploymentPage> {
  const { id } = deployment;
  const { guidance, release, build, actions, messages } = await context.parts.storage.read(async (reader) => {
    const released = await rowById(reader, 'np_release', deployment.release_id);
    return {
      release: released,
      build: released && (await rowById(reader, 'np_build', released.build_id)),
      guidance: await guidanceOf(reader, id),
      actions: await actionsOf(reader, scope.id, id),
      messages: await messagesOf(reader, id),
    };
  });
  if (!guidance) throw new CoreError('not-found', `There is no deployment ${id}`);
  const names = await principalNames(context);
  return {
    ...versionOf(guidance.deployment, release?.semver ?? ''),
    isActive: guidance.deployment.status_in_scope === 'active',
    isInProgress: scope.in_progress_deployment_id === id,
    askedBy: names.get(deployment.created_by) ?? null,
    changedAt: guidance.deployment.updated_at,
    scope: { id: scope.id, name: scope.name },
    application: { id: application.id, name: application.name },
    build: build ? { id: build.id, branch: build.branch, commit: build.commit_id } : null,
    approval: guidance.approval ? approvalView(guidance.approval, deployment, names, may) : null,
    plan: guidance.plan,
    ...(await instancesOf(context, scope, [id], { alsoEnded: true })),
    ...{ actions, messages },
  };
}

async function actionsOf(
  reader: Pick<Reader, 'tables'>,
  scopeId: number,
  deploymentId: number,
): Promise<DeploymentPage['actions']> {
  const rows = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_action')
    .select(['id', 'slug', 'status', 'parameters_json', 'created_at', 'updated_at', 'rollout_id'])
    // The log of a scope is indexed, and as long as a life of it.
    .where('scope_id', '=', scopeId)
    .where('deployment_id', '=', deploymentId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(mostActions)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    slug: row.slug,
    status: row.status,
    traffic: parsed<{ desired_traffic?: number }>(row.parameters_json).desired_traffic ?? null,
    createdAt: row.created_at,
    changedAt: row.updated_at,
    rolloutId: row.rollout_id,
  }));
}

async function messagesOf(
  reader: Pick<Reader, 'tables'>,
  deploymentId: number,
): Promise<DeploymentPage['messages']> {
  const rows = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_message')
    .select(['id', 'level', 'message', 'at', 'deployment_id as deploymentId'])
    .where('deployment_id', '=', deploymentId)
    .orderBy('id', 'desc')
    .limit(mostMessages)
    .execute();
  return rows.reverse();
}
