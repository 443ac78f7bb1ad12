import type { Unit } from '../../../storage/index.ts';
import { badRequest, missingParameter } from '../errors.ts';
import type { NullplatformTables } from '../tables.ts';
import { type Asset, parsed, type Release, type Scope } from '../wire.ts';
import { assetTypesOf, isReported } from './executors.ts';
import { serviceAssetOf } from './service-asset.ts';

/**
 * The asset of the release's build that the scope runs: the named one, else the scope's, else the only one (contract
 * nullplatform 3.2). Throws 400.
 */
export async function chooseAsset(
  unit: Unit,
  release: Release,
  scope: Scope,
  named: string | undefined,
): Promise<Asset> {
  const assets = await unit
    .tables<NullplatformTables>()
    .selectFrom('np_asset')
    .selectAll()
    .where('build_id', '=', release.build_id)
    .orderBy('id')
    .execute();
  const name = named ?? scope.asset_name;
  const asset = name === null ? onlyOne(assets) : assets.find((candidate) => candidate.name === name);
  if (!asset) throw badRequest(`Asset not found in the build: ${name}`);
  // Its agent knows what it can run.
  if (isReported(scope)) return asset;
  if (!assetTypesOf(scope.type).includes(asset.type)) {
    throw badRequest('The asset type does not match the scope');
  }
  const service = serviceAssetOf(asset, parsed(scope.capabilities_json));
  if ('unusable' in service) throw badRequest(service.unusable);
  return asset;
}

function onlyOne(assets: readonly Asset[]): Asset {
  const [asset, ...others] = assets;
  if (!asset || others.length > 0) throw missingParameter('asset_name');
  return asset;
}
