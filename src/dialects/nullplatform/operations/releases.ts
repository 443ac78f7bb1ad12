import { badRequest, invalidParameter, missingParameter } from '../errors.ts';
import { included } from '../include.ts';
import { isSent, optionalObject, optionalText, optionalWord, pathId, requiredId, wordOf } from '../input.ts';
import { applicationFor, buildFor, readableApplications, releaseFor } from '../lookup.ts';
import type { Handler } from '../operation.ts';
import { idValues, pageAnswer, readFilters, readPage } from '../paging.ts';
import { createRelease, updateRelease } from '../releases.ts';
import { readSemver } from '../semver-order.ts';
import type { ReleaseStatus } from '../statuses.ts';
import { assetsOf } from '../store/asset.ts';
import { pageOf } from '../store/list.ts';
import { releaseWire } from '../wire.ts';
import { inUnit } from '../writing.ts';

const write = 'nullplatform.release.write';
const statuses: readonly ReleaseStatus[] = ['active', 'pending', 'deprecated', 'failed'];

/** `POST /release` */
export const createReleaseOperation: Handler = async (context, call) => {
  const fields = call.body();
  for (const name of ['status', 'build_id', 'application_id']) {
    if (!isSent(fields, name)) throw missingParameter(name);
  }
  const status = optionalWord(fields, 'status', statuses) ?? 'active';
  const buildId = requiredId(fields, 'build_id');
  const applicationId = requiredId(fields, 'application_id');
  const metadata = optionalObject(fields, 'metadata') ?? {};
  const text = isSent(fields, 'semver') ? optionalText(fields, 'semver') : undefined;
  const semver = text === undefined ? undefined : readSemver(text);
  if (text !== undefined && semver === undefined) throw invalidParameter('semver');
  const application = await applicationFor(context, call, write, applicationId);
  const { build } = await buildFor(context, call, 'nullplatform.read', buildId);
  return await inUnit(context, call, async (writing) => {
    const release = await createRelease(writing, application, build, { semver, status, metadata });
    const assets = await assetsOf(writing.unit, [build.id]);
    return releaseWire(release, application, assets.get(build.id) ?? []);
  });
};

/** `GET /release` */
export const listReleases: Handler = async (context, call) => {
  const applicationIds = idValues(call, 'application_id');
  if (!applicationIds) throw missingParameter('application_id');
  const page = readPage(call, { status: 'status', semver: 'semver_order' });
  const columns = {
    id: 'id',
    application_id: 'application_id',
    build_id: 'build_id',
    status: 'status',
    semver: 'semver',
  };
  const filters = readFilters(call, columns, ['id', 'application_id', 'build_id']);
  const applications = await readableApplications(context, call, applicationIds);
  return await context.parts.storage.read(async (reader) => {
    const { rows, total } = await pageOf(reader, 'np_release', { filters, page });
    const assets = await assetsOf(
      reader,
      rows.map(({ build_id }) => build_id),
    );
    const releases = rows.flatMap((row) => {
      const application = applications.get(row.application_id);
      return application ? [releaseWire(row, application, assets.get(row.build_id) ?? [])] : [];
    });
    return pageAnswer(page, total, releases);
  });
};

/** `GET /release/:id` */
export const readRelease: Handler = async (context, call) => {
  const { release, application } = await releaseFor(context, call, 'nullplatform.read', pathId(call));
  const assets = await context.parts.storage.read((reader) => assetsOf(reader, [release.build_id]));
  const wire = releaseWire(release, application, assets.get(release.build_id) ?? []);
  return { ...wire, ...(await included(context, call, { application, buildId: release.build_id })) };
};

/** `PUT` and `PATCH /release/:id` */
export const updateReleaseOperation: Handler = async (context, call) => {
  const id = pathId(call);
  const fields = call.body();
  const input = {
    status: optionalWord(fields, 'status', statuses),
    metadata: optionalObject(fields, 'metadata'),
  };
  const { release, application } = await releaseFor(context, call, write, id);
  for (const [name, fixed] of [
    ['build_id', release.build_id],
    ['semver', release.semver],
    ['application_id', release.application_id],
  ] as const) {
    // A PUT names what stays: only another value is refused.
    const word = wordOf(fields[name]);
    const given = name === 'semver' ? readSemver(word) : word;
    if (isSent(fields, name) && given !== String(fixed)) {
      throw badRequest(`Invalid parameter: ${name} cannot be changed`);
    }
  }
  if (input.status !== undefined || input.metadata !== undefined) {
    await inUnit(context, call, (writing) => updateRelease(writing, application, release, input));
  }
  return call.wantsEntity ? await readRelease(context, call) : undefined;
};
