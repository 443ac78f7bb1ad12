import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Blob, Unit } from '../../storage/index.ts';
import type { Context } from './context.ts';
import { badRequest } from './errors.ts';
import { rowById } from './store/row.ts';
import type { NullplatformTables } from './tables.ts';
import type { Asset } from './wire.ts';

/** Where bytes of assets are pushed to; nothing else of the core stands there. */
export const uploadPrefix = '/-/nullplatform/uploads';

const hourMilliseconds = 3_600_000;
/** How long an address takes bytes, and how long bytes wait for an asset that names them. */
const addressLifetime = hourMilliseconds;
const uploadLifetime = 24 * hourMilliseconds;

/** What stands in an upload address. The asset is 0 when it is made later. */
export interface UploadAddress {
  readonly id: string;
  readonly buildId: number;
  readonly assetId: number;
  /** Epoch milliseconds. */
  readonly expires: number;
}

/**
 * An address that takes the bytes of an asset for an hour, by PUT and without a token (contract nullplatform 3.9). The
 * asset that is made with this address as its `url` gets them; with `assetId` they belong to that asset at once.
 */
export async function uploadUrl(
  context: Context,
  request: FastifyRequest,
  buildId: number,
  assetId = 0,
): Promise<string> {
  const { clock, publicUrl } = context.parts;
  const address = { id: randomUUID(), buildId, assetId, expires: clock.now() + addressLifetime };
  const signature = await context.signer.sign(...wordsOf(address));
  const path = `${uploadPrefix}/${buildId}/${assetId}/${address.id}`;
  return `${publicUrl(request)}${path}?expires=${address.expires}&signature=${signature}`;
}

/** What of an address is signed. */
export function wordsOf({ id, buildId, assetId, expires }: UploadAddress): readonly (string | number)[] {
  return ['upload', buildId, assetId, id, expires];
}

/**
 * Keeps what came to an address. The same bytes again are welcome, others are refused. Returns the asset that has got its
 * bytes by this, if it was there before them.
 */
export async function storeUpload(
  context: Context,
  unit: Unit,
  { id, buildId, assetId }: UploadAddress,
  blob: Blob,
  url: string,
): Promise<Asset | undefined> {
  const { blobs } = context.parts;
  const tables = unit.tables<NullplatformTables>();
  if (assetId > 0) {
    const asset = await rowById(unit, 'np_asset', assetId);
    if (asset?.build_id !== buildId) throw badRequest('The asset of this address is gone');
    if (requireSame(asset.blob_sha256, blob)) return undefined;
    await blobs.retain(unit, blob);
    const change = { blob_sha256: blob.sha256, blob_size: blob.size, url, updated_at: unit.now };
    await tables.updateTable('np_asset').set(change).where('id', '=', assetId).execute();
    return { ...asset, ...change };
  }
  const there = await tables.selectFrom('np_upload').selectAll().where('id', '=', id).executeTakeFirst();
  if (requireSame(there?.blob_sha256 ?? null, blob)) return undefined;
  await forgetOldUploads(context, unit);
  await blobs.retain(unit, blob);
  await tables
    .insertInto('np_upload')
    .values({ id, build_id: buildId, blob_sha256: blob.sha256, blob_size: blob.size, created_at: unit.now })
    .execute();
  return undefined;
}

/** The bytes behind an upload address of the build, which from now on belong to the asset that is made with it. */
export async function takeUpload(unit: Unit, buildId: number, url: string): Promise<Blob | undefined> {
  const [, build, id = ''] = new RegExp(`${uploadPrefix}/(\\d+)/0/([0-9a-f-]{36})(?:$|\\?)`).exec(url) ?? [];
  if (Number(build) !== buildId) return undefined;
  const tables = unit.tables<NullplatformTables>();
  const row = await tables.selectFrom('np_upload').selectAll().where('id', '=', id).executeTakeFirst();
  if (row?.build_id !== buildId) throw badRequest('Nothing was uploaded to this url yet');
  await tables.deleteFrom('np_upload').where('id', '=', id).execute();
  return { sha256: row.blob_sha256, size: row.blob_size };
}

function requireSame(there: string | null, blob: Blob): boolean {
  if (there !== null && there !== blob.sha256) throw badRequest('This url has taken other bytes already');
  return there !== null;
}

async function forgetOldUploads({ parts }: Context, unit: Unit): Promise<void> {
  const tables = unit.tables<NullplatformTables>();
  const old = await tables
    .selectFrom('np_upload')
    .select(['id', 'blob_sha256'])
    .where('created_at', '<', unit.now - uploadLifetime)
    .limit(100)
    .execute();
  for (const { id, blob_sha256: sha256 } of old) {
    await parts.blobs.release(unit, sha256);
    await tables.deleteFrom('np_upload').where('id', '=', id).execute();
  }
}
