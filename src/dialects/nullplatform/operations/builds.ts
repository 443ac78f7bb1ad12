import { createBuild, setBuildStatus } from '../builds.ts';
import type { Context } from '../context.ts';
import { deployByItself } from '../continuous-delivery.ts';
import { invalidParameter, missingParameter } from '../errors.ts';
import { included } from '../include.ts';
import {
  isObject,
  isSent,
  longestDescription,
  optionalObject,
  optionalText,
  optionalWord,
  pathId,
  requiredId,
  requiredText,
} from '../input.ts';
import { applicationFor, buildFor, readableApplications } from '../lookup.ts';
import type { Call, Handler } from '../operation.ts';
import { idValues, pageAnswer, readFilters, readPage } from '../paging.ts';
import type { BuildStatus } from '../statuses.ts';
import { assetsOf } from '../store/asset.ts';
import { pageOf } from '../store/list.ts';
import { buildWire } from '../wire.ts';
import { inUnit } from '../writing.ts';

const write = 'nullplatform.build.write';
const statuses: readonly BuildStatus[] = ['pending', 'in_progress', 'successful', 'failed'];

/** `POST /build` on core and on the CI facade. */
export const createBuildOperation: Handler = async (context, call) => {
  const fields = call.body();
  const applicationId = requiredId(fields, 'application_id');
  if (!isSent(fields, 'commit')) throw missingParameter('commit.id');
  const { commit } = fields;
  if (!isObject(commit)) throw invalidParameter('commit');
  if (!isSent(commit, 'id')) throw missingParameter('commit.id');
  const commitFields = { 'commit.id': commit.id, 'commit.permalink': commit.permalink };
  const input = {
    commitId: requiredText(commitFields, 'commit.id', 200),
    commitPermalink: optionalText(commitFields, 'commit.permalink', 2000) ?? null,
    branch: optionalText(fields, 'branch') ?? null,
    description: optionalText(fields, 'description', longestDescription) ?? null,
    status: statusIn(fields) ?? 'pending',
    metadata: optionalObject(fields, 'metadata') ?? {},
  };
  const application = await applicationFor(context, call, write, applicationId);
  const build = await inUnit(context, call, async (writing) => {
    const made = await createBuild(writing, application, input);
    if (made.status === 'successful') await deployByItself(context, writing.unit, application, made);
    return made;
  });
  return buildWire(build, application, []);
};

/** `GET /build` */
export const listBuilds: Handler = async (context, call) => {
  const applicationIds = idValues(call, 'application_id');
  if (!applicationIds) throw missingParameter('application_id');
  const page = readPage(call, { status: 'status', branch: 'branch' });
  const columns = {
    id: 'id',
    application_id: 'application_id',
    status: 'status',
    branch: 'branch',
    'commit.id': 'commit_id',
    'commit.permalink': 'commit_permalink',
  };
  const filters = readFilters(call, columns, ['id', 'application_id']).map(({ column, values }) => ({
    column,
    values: column === 'status' ? values.map((word) => (word === 'success' ? 'successful' : word)) : values,
  }));
  // Descriptions are sentences with commas, and looked for as they are.
  const { description } = call.query;
  if (description) filters.push({ column: 'description', values: [description] });
  const applications = await readableApplications(context, call, applicationIds);
  return await context.parts.storage.read(async (reader) => {
    const { rows, total } = await pageOf(reader, 'np_build', { filters, page });
    const assets = await assetsOf(
      reader,
      rows.map(({ id }) => id),
    );
    const builds = rows.flatMap((row) => {
      const application = applications.get(row.application_id);
      return application ? [buildWire(row, application, assets.get(row.id) ?? [], { inList: true })] : [];
    });
    return pageAnswer(page, total, builds);
  });
};

/** `GET /build/:id` */
export const readBuild: Handler = async (context, call) => {
  const { build, application } = await buildFor(context, call, 'nullplatform.read', pathId(call));
  const assets = await context.parts.storage.read((reader) => assetsOf(reader, [build.id]));
  const wire = buildWire(build, application, assets.get(build.id) ?? []);
  return { ...wire, ...(await included(context, call, { application })) };
};

/** `PATCH /build/:id` on core. */
export const updateBuild: Handler = async (context, call) => {
  await changeBuild(context, call);
  return call.wantsEntity ? await readBuild(context, call) : undefined;
};

/** `PATCH /ci/build/:id`: answers with the build. */
export const updateBuildForPipelines: Handler = async (context, call) => {
  await changeBuild(context, call);
  return await readBuild(context, call);
};

/**
 * Other words for two of the statuses: `success` stands in some of the vendor's own notes (contract nullplatform 3.8),
 * and `in-progress` is what its setup action for GitHub sends.
 */
const otherWords = new Map<unknown, BuildStatus>([
  ['success', 'successful'],
  ['in-progress', 'in_progress'],
]);

function statusIn(fields: ReturnType<Call['body']>): BuildStatus | undefined {
  const status = otherWords.get(fields.status) ?? fields.status;
  return optionalWord({ status }, 'status', statuses);
}

async function changeBuild(context: Context, call: Call): Promise<void> {
  const id = pathId(call);
  const fields = call.body();
  const status = statusIn(fields);
  const { build, application } = await buildFor(context, call, write, id);
  if (status === undefined) return;
  await inUnit(context, call, async (writing) => {
    const changed = await setBuildStatus(writing, application, build.id, status);
    if (changed.becameSuccessful) await deployByItself(context, writing.unit, application, changed.build);
  });
}
