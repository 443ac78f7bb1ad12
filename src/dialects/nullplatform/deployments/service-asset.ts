import type { ServiceAsset } from '../../../engine/index.ts';
import type { AssetTable } from '../tables.ts';
import { containerPortOf } from './capabilities.ts';

/** What an instance of the asset runs, or why no host can run it (for a message). */
export function serviceAssetOf(
  asset: Pick<AssetTable, 'type' | 'url' | 'blob_sha256' | 'blob_size' | 'metadata_json'>,
  capabilities: Readonly<Record<string, unknown>>,
): ServiceAsset | { readonly unusable: string } {
  if (asset.type === 'bundle') {
    const { blob_sha256: stored, blob_size: size } = asset;
    if (stored !== null && size !== null) return { kind: 'bundle', blob: { sha256: stored, size } };
    if (asset.url === null) return { unusable: 'The asset has no url' };
    if (!/^https?:\/\//.test(asset.url)) return { unusable: 'The url of the asset should begin with http' };
    const { sha256 } = JSON.parse(asset.metadata_json) as { sha256?: unknown };
    const isHash = typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
    return { kind: 'bundle', url: asset.url, ...(isHash ? { sha256 } : {}) };
  }
  if (asset.type === 'docker-image') {
    if (asset.url === null) return { unusable: 'The asset has no url' };
    return { kind: 'docker-image', image: asset.url, containerPort: containerPortOf(capabilities) };
  }
  return { unusable: `Assets of type ${asset.type} cannot be run in this scope` };
}
