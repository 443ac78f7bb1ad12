import type { Unit } from '../../storage/index.ts';
import { nativeActor } from './actor.ts';
import type { Context } from './context.ts';
import { createDeployment } from './deployments/create-deployment.ts';
import { say } from './deployments/messages.ts';
import { Refusal } from './errors.ts';
import { isObject } from './input.ts';
import { applicationOf } from './lookup.ts';
import { createRelease } from './releases.ts';
import { assetsOf } from './store/asset.ts';
import { isDeployed, isOvertaken, newestRelease } from './store/delivered.ts';
import { rowById } from './store/row.ts';
import type { NullplatformTables } from './tables.ts';
import { type Application, type Asset, type Build, parsed, type Release, type Scope } from './wire.ts';

const actor = nativeActor('nullplatform');

/**
 * Releases a successful build and deploys it to the scopes of its application that follow its branch (contract
 * nullplatform 6.5, continuous delivery). A scope that cannot take it now says why in its messages; the build stays
 * successful. One whose asset is not there yet gets it by `deployLateAsset`.
 */
export async function deployByItself(
  context: Context,
  unit: Unit,
  application: Application,
  build: Build,
): Promise<void> {
  const following = await followers(unit, application, build);
  if (following.length === 0) return;
  const release = await releaseOf(context, unit, application, build);
  const assets = (await assetsOf(unit, [build.id])).get(build.id) ?? [];
  for (const scope of following) {
    if (assets.some((asset) => isWaitedFor(scope, asset))) await deploy(context, unit, scope, release, build);
    else {
      const what = scope.asset_name === null ? 'an asset' : `the asset ${scope.asset_name}`;
      const text = `Release ${release.semver} is deployed as soon as its build has ${what}`;
      await say(unit, { scopeId: scope.id, deploymentId: null }, [{ level: 'INFO', text }]);
    }
  }
}

/**
 * Pipelines may end a build before they register its assets, or before their bytes have come: then it is deployed now to
 * the scopes that wait for this asset. Not where the build was deployed already, nor in the place of a newer one.
 */
export async function deployLateAsset(context: Context, unit: Unit, asset: Asset): Promise<void> {
  const build = await rowById(unit, 'np_build', asset.build_id);
  if (build?.status !== 'successful') return;
  const application = await applicationOf(unit, build);
  const following = await followers(unit, application, build);
  const waiting = following.filter((scope) => isWaitedFor(scope, asset));
  if (waiting.length === 0 || (await isOvertaken(unit, build))) return;
  const known = await newestRelease(unit, build.id);
  // It was taken back in the meantime.
  if (known && known.status !== 'active') return;
  const release = known ?? (await releaseOf(context, unit, application, build));
  for (const scope of waiting) {
    if (!(await isDeployed(unit, scope.id, build.id))) await deploy(context, unit, scope, release, build);
  }
}

async function followers(
  unit: Unit,
  application: Application,
  { branch }: Pick<Build, 'branch'>,
): Promise<readonly Scope[]> {
  const scopes = await unit
    .tables<NullplatformTables>()
    .selectFrom('np_scope')
    .selectAll()
    .where('application_id', '=', application.id)
    .where('status', '<>', 'deleted')
    .execute();
  return scopes.filter((scope) => follows(scope, branch));
}

function follows(scope: Scope, branch: string | null): boolean {
  const { continuous_delivery: capability } = parsed(scope.capabilities_json);
  if (branch === null || !isObject(capability) || capability.enabled !== true) return false;
  return Array.isArray(capability.branches) && capability.branches.includes(branch);
}

/** Whether the scope may run this asset, and whether there is anything behind it yet. */
function isWaitedFor(scope: Scope, { name, url, blob_sha256: stored }: Asset): boolean {
  return (scope.asset_name === null || scope.asset_name === name) && (url !== null || stored !== null);
}

async function releaseOf(
  context: Context,
  unit: Unit,
  application: Application,
  build: Build,
): Promise<Release> {
  const input = { semver: undefined, status: 'active', metadata: {} } as const;
  return await createRelease({ context, unit, actor }, application, build, input);
}

async function deploy(
  context: Context,
  unit: Unit,
  scope: Scope,
  release: Release,
  { branch }: Build,
): Promise<void> {
  const wish = {
    scopeId: scope.id,
    releaseId: release.id,
    assetName: undefined,
    description: `Continuous delivery of ${branch}`,
    externalStrategyId: null,
    desiredTraffic: undefined,
    groupId: null,
    applicationId: undefined,
  };
  try {
    await createDeployment(context, unit, wish, { ...platformUser });
  } catch (error) {
    // Only a refusal is said before anything is written: whatever else it is takes all of the unit back.
    if (!(error instanceof Refusal)) throw error;
    const text = `Release ${release.semver} was not deployed by itself: ${error.message}`;
    await say(unit, { scopeId: scope.id, deploymentId: null }, [{ level: 'WARNING', text }]);
  }
}

/** Nobody in particular: the platform deploys. */
const platformUser = { userId: 0, name: 'nullplatform' } as const;
