import { CoreError } from '../../../errors/index.ts';
import type { Context } from '../context.ts';
import type { PlacedDeployment } from '../deployments/rows.ts';
import { rowById } from '../store/row.ts';
import { approvalView, principalNames, type Rights } from './approval-view.ts';
import { actionsOf, messagesOf } from './deployment-record.ts';
import type { DeploymentPage } from './deployment-shapes.ts';
import { instancesOf } from './instance-view.ts';
import { guidanceOf } from './scope-history.ts';
import { versionOf } from './version-view.ts';

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
