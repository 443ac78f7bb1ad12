import { isCoreError } from '../../errors/index.ts';
import type { Unit } from '../../storage/index.ts';
import { nativeActor } from './actor.ts';
import type { Context } from './context.ts';
import { createDeployment } from './deployments/create-deployment.ts';
import { say } from './deployments/messages.ts';
import { isObject } from './input.ts';
import { createRelease } from './releases.ts';
import type { NullplatformTables } from './tables.ts';
import { type Application, type Build, parsed, type Scope } from './wire.ts';

const actor = nativeActor('nullplatform');

/**
 * Releases a successful build and deploys it to the scopes of its application that follow its branch (contract
 * nullplatform 6.5, continuous delivery). A scope that cannot take it now says why in its messages; the build stays
 * successful.
 */
export async function deployByItself(
  context: Context,
  unit: Unit,
  application: Application,
  build: Build,
): Promise<void> {
  const scopes = await unit
    .tables<NullplatformTables>()
    .selectFrom('np_scope')
    .selectAll()
    .where('application_id', '=', application.id)
    .where('status', '<>', 'deleted')
    .execute();
  const following = scopes.filter((scope) => follows(scope, build.branch));
  if (following.length === 0) return;
  const input = { semver: undefined, status: 'active', metadata: {} } as const;
  const release = await createRelease({ context, unit, actor }, application, build, input);
  for (const scope of following) {
    const wish = {
      scopeId: scope.id,
      releaseId: release.id,
      assetName: undefined,
      description: `Continuous delivery of ${build.branch}`,
      externalStrategyId: null,
      desiredTraffic: undefined,
      groupId: null,
      applicationId: undefined,
    };
    try {
      await createDeployment(context, unit, wish, { ...platformUser });
    } catch (error) {
      if (!isCoreError(error, 'invalid')) throw error;
      const text = `Release ${release.semver} was not deployed by itself: ${error.message}`;
      await say(unit, { scopeId: scope.id, deploymentId: null }, [{ level: 'WARNING', text }]);
    }
  }
}

/** Nobody in particular: the platform deploys. */
const platformUser = { userId: 0, name: 'nullplatform' } as const;

function follows(scope: Scope, branch: string | null): boolean {
  const { continuous_delivery: capability } = parsed(scope.capabilities_json);
  if (branch === null || !isObject(capability) || capability.enabled !== true) return false;
  return Array.isArray(capability.branches) && capability.branches.includes(branch);
}
