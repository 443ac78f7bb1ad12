import { type AssetInput, createAsset } from '../builds.ts';
import type { Context } from '../context.ts';
import { deployLateAsset } from '../continuous-delivery.ts';
import { missingParameter } from '../errors.ts';
import { optionalObject, optionalText, pathId, requiredId, requiredText } from '../input.ts';
import { assetFor, buildFor } from '../lookup.ts';
import type { Call, Handler } from '../operation.ts';
import { idValues, pageAnswer, readFilters, readPage } from '../paging.ts';
import { pageOf } from '../store/list.ts';
import { uploadUrl } from '../uploads.ts';
import { type Asset, assetWire } from '../wire.ts';
import { inUnit } from '../writing.ts';

const write = 'nullplatform.build.write';

/** `POST /asset` */
export const createAssetOperation: Handler = async (context, call) => {
  const fields = call.body();
  const buildId = requiredId(fields, 'build_id');
  const input = assetInput(fields);
  const asset = await registered(context, call, buildId, input);
  return assetWire(asset);
};

/**
 * `POST /ci/build/:id/asset`: the asset and where to push it. Images have a registry of their own; a bundle without a
 * `url` gets an address of ours (contract nullplatform 6.2).
 */
export const createAssetForPipelines: Handler = async (context, call) => {
  const buildId = pathId(call);
  const input = assetInput(call.body());
  const asset = await registered(context, call, buildId, input);
  const isPushedHere = asset.url === null && asset.type !== 'docker-image';
  const url = isPushedHere ? await uploadUrl(context, call.request, buildId, asset.id) : undefined;
  return { ...assetWire(asset), targets: url === undefined ? [] : [{ url, provider: 'slipway' }] };
};

/** `POST /build/:id/asset_url`: where the bytes of an asset of this build can be put. */
export const createAssetUrl: Handler = async (context, call) => {
  const { build } = await buildFor(context, call, write, pathId(call));
  return { url: await uploadUrl(context, call.request, build.id) };
};

/** `GET /asset?build_id=` */
export const listAssets: Handler = async (context, call) => {
  const buildIds = idValues(call, 'build_id');
  if (!buildIds) throw missingParameter('build_id');
  const page = readPage(call, { name: 'name', type: 'type' });
  const columns = { id: 'id', build_id: 'build_id', name: 'name', type: 'type' };
  const filters = readFilters(call, columns, ['id', 'build_id']);
  for (const id of buildIds) await buildFor(context, call, 'nullplatform.read', id);
  const { rows, total } = await context.parts.storage.read((reader) =>
    pageOf(reader, 'np_asset', { filters, page }),
  );
  return pageAnswer(page, total, rows.map(assetWire));
};

/** `GET /asset/:id` */
export const readAsset: Handler = async (context, call) => {
  const { asset } = await assetFor(context, call, 'nullplatform.read', pathId(call));
  return assetWire(asset);
};

async function registered(context: Context, call: Call, buildId: number, input: AssetInput): Promise<Asset> {
  const { application } = await buildFor(context, call, write, buildId);
  return await inUnit(context, call, async (writing) => {
    const asset = await createAsset(writing, application, buildId, input);
    await deployLateAsset(context, writing.unit, asset);
    return asset;
  });
}

function assetInput(fields: ReturnType<Call['body']>): AssetInput {
  const url = optionalText(fields, 'url', 4096);
  return {
    type: requiredText(fields, 'type', 100),
    name: optionalText(fields, 'name', 200) || 'main',
    // A signature in our own upload address is nobody's business afterwards.
    url: url?.replace(/(\/-\/nullplatform\/uploads\/[^?]*)\?.*$/, '$1') || null,
    platform: optionalText(fields, 'platform', 200) ?? null,
    metadata: optionalObject(fields, 'metadata') ?? {},
  };
}
