import type { Reader } from '../../storage/index.ts';
import { badRequest } from './errors.ts';
import { newEntity } from './ids.ts';
import { resourceOf } from './nrn.ts';
import { nextPatch, semverOrder } from './semver-order.ts';
import type { ReleaseStatus } from './statuses.ts';
import type { NullplatformTables } from './tables.ts';
import { type Application, applicationPlace, type Build, type Release } from './wire.ts';
import type { Writing } from './writing.ts';

/**
 * Makes a release of a successful build. Without a version it takes the patch behind the application's highest. Throws
 * 400 for a version that the application has already (contract nullplatform 3.6).
 */
export async function createRelease(
  { context, unit, actor }: Writing,
  application: Application,
  build: Build,
  input: { readonly semver: string | undefined; readonly status: ReleaseStatus; readonly metadata: object },
): Promise<Release> {
  if (build.application_id !== application.id) {
    throw badRequest('The build and the application do not match');
  }
  if (build.status !== 'successful') throw badRequest('The build is not successful');
  const tables = unit.tables<NullplatformTables>();
  const version = input.semver ?? (await nextVersion(unit, application.id));
  const taken = await tables
    .selectFrom('np_release')
    .select('id')
    .where('application_id', '=', application.id)
    .where('semver', '=', version)
    .executeTakeFirst();
  if (taken) throw badRequest("There's already a release with this semver on this application");
  const row: Release = {
    ...(await newEntity(unit, 'np_release', application.organization_id)),
    application_id: application.id,
    build_id: build.id,
    semver: version,
    semver_order: semverOrder(version),
    status: input.status,
    metadata_json: JSON.stringify(input.metadata),
    created_by: actor.userId,
    updated_by: null,
  };
  await tables.insertInto('np_release').values(row).execute();
  await context.parts.ledger.record(unit, actor, {
    action: 'release.create',
    resource: resourceOf(applicationPlace(application)),
    subject: `release ${version} of ${application.name}`,
  });
  return row;
}

/** Changes status or metadata; everything else of a release stays (contract nullplatform 3.7). */
export async function updateRelease(
  { context, unit, actor }: Writing,
  application: Application,
  release: Release,
  input: { readonly status: ReleaseStatus | undefined; readonly metadata: object | undefined },
): Promise<void> {
  await unit
    .tables<NullplatformTables>()
    .updateTable('np_release')
    .set({
      ...(input.status === undefined ? {} : { status: input.status }),
      ...(input.metadata === undefined ? {} : { metadata_json: JSON.stringify(input.metadata) }),
      updated_at: unit.now,
      updated_by: actor.userId,
    })
    .where('id', '=', release.id)
    .execute();
  await context.parts.ledger.record(unit, actor, {
    action: 'release.update',
    resource: resourceOf(applicationPlace(application)),
    subject: `release ${release.semver} of ${application.name}`,
  });
}

/** The version that the next release without one gets (contract nullplatform 3.6). */
export async function nextVersion(reader: Pick<Reader, 'tables'>, applicationId: number): Promise<string> {
  return nextPatch(await highestVersion(reader, applicationId));
}

async function highestVersion(
  reader: Pick<Reader, 'tables'>,
  applicationId: number,
): Promise<string | undefined> {
  const row = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_release')
    .select('semver')
    .where('application_id', '=', applicationId)
    .orderBy('semver_order', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.semver;
}
