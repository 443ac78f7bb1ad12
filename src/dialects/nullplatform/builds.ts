import { badRequest } from './errors.ts';
import { newEntity } from './ids.ts';
import { resourceOf } from './nrn.ts';
import type { BuildStatus } from './statuses.ts';
import { requireLive } from './store/inside.ts';
import { rowById } from './store/row.ts';
import type { NullplatformTables } from './tables.ts';
import { takeUpload } from './uploads.ts';
import { type Application, type Asset, applicationPlace, type Build } from './wire.ts';
import type { Writing } from './writing.ts';

/** What a new build is given. */
export interface BuildInput {
  readonly commitId: string;
  readonly commitPermalink: string | null;
  readonly branch: string | null;
  readonly description: string | null;
  readonly status: BuildStatus;
  readonly metadata: object;
}

/** What a new asset is given. */
export interface AssetInput {
  readonly name: string;
  readonly type: string;
  readonly url: string | null;
  readonly platform: string | null;
  readonly metadata: object;
}

const legalNext: Readonly<Record<BuildStatus, readonly BuildStatus[]>> = {
  pending: ['in_progress', 'successful', 'failed'],
  in_progress: ['successful', 'failed'],
  successful: [],
  failed: [],
};

/** Registers one run of an application's CI. */
export async function createBuild(
  writing: Writing,
  application: Application,
  input: BuildInput,
): Promise<Build> {
  const { unit } = writing;
  await requireLive(unit, 'np_application', application.id);
  const row: Build = {
    ...(await newEntity(unit, 'np_build', application.organization_id)),
    application_id: application.id,
    status: input.status,
    commit_id: input.commitId,
    commit_permalink: input.commitPermalink,
    branch: input.branch,
    description: input.description,
    metadata_json: JSON.stringify(input.metadata),
  };
  await unit.tables<NullplatformTables>().insertInto('np_build').values(row).execute();
  await tell(writing, application, 'build.create', `build ${row.id} of ${application.name}`);
  return row;
}

/** Moves a build on; a status that it has already changes nothing. Throws 400 for a terminal build (contract nullplatform 4.5). */
export async function setBuildStatus(
  writing: Writing,
  application: Application,
  buildId: number,
  status: BuildStatus,
): Promise<{ readonly build: Build; readonly becameSuccessful: boolean }> {
  const { unit } = writing;
  const build = await rowById(unit, 'np_build', buildId);
  if (!build) throw new Error(`the build ${buildId} is gone`);
  if (build.status === status) return { build, becameSuccessful: false };
  if (!legalNext[build.status].includes(status)) {
    throw badRequest(`Invalid status transition: ${build.status} -> ${status}`);
  }
  const change = { status, updated_at: unit.now };
  await unit
    .tables<NullplatformTables>()
    .updateTable('np_build')
    .set(change)
    .where('id', '=', buildId)
    .execute();
  await tell(writing, application, 'build.update', `build ${buildId} is ${status}`);
  return { build: { ...build, ...change }, becameSuccessful: status === 'successful' };
}

/** Registers an artifact of a build. Throws 400 for a name that the build has already (contract nullplatform 3.9). */
export async function createAsset(
  writing: Writing,
  application: Application,
  buildId: number,
  input: AssetInput,
): Promise<Asset> {
  const { unit } = writing;
  const tables = unit.tables<NullplatformTables>();
  const taken = await tables
    .selectFrom('np_asset')
    .select('id')
    .where('build_id', '=', buildId)
    .where('name', '=', input.name)
    .executeTakeFirst();
  if (taken) throw badRequest("There's already an asset with this name on this build");
  const row: Asset = {
    ...(await newEntity(unit, 'np_asset', application.organization_id)),
    build_id: buildId,
    name: input.name,
    type: input.type,
    url: input.url,
    platform: input.platform,
    metadata_json: JSON.stringify(input.metadata),
    blob_sha256: null,
    blob_size: null,
  };
  const pushed = input.url === null ? undefined : await takeUpload(unit, buildId, input.url);
  const stored = pushed ? { ...row, blob_sha256: pushed.sha256, blob_size: pushed.size } : row;
  await tables.insertInto('np_asset').values(stored).execute();
  await tell(writing, application, 'asset.create', `asset ${row.name} of build ${buildId}`);
  return stored;
}

async function tell(
  { context, unit, actor }: Writing,
  application: Application,
  action: string,
  subject: string,
): Promise<void> {
  const resource = resourceOf(applicationPlace(application));
  await context.parts.ledger.record(unit, actor, { action, resource, subject });
}
