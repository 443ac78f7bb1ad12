import { badRequest } from '../errors.ts';
import { type ApplicationInput, createApplication, updateApplication } from '../hierarchy.ts';
import {
  isSent,
  optionalBoolean,
  optionalId,
  optionalObject,
  optionalText,
  optionalWord,
  pathId,
  requiredId,
  requiredText,
} from '../input.ts';
import { applicationFor, namespaceFor, sharedApplicationFor } from '../lookup.ts';
import type { Call, Handler } from '../operation.ts';
import { pageAnswer, readFilters, readPage } from '../paging.ts';
import { livesIn } from '../store/inside.ts';
import { pageOf } from '../store/list.ts';
import { visibilityOf, visibleRows } from '../visibility.ts';
import { applicationWire } from '../wire.ts';
import { inUnit } from '../writing.ts';
import { withoutDeleted } from './accounts.ts';

const write = 'nullplatform.application.write';

/** The parameters by which applications are found, and their columns. */
export const applicationFilters = {
  id: 'id',
  account_id: 'account_id',
  namespace_id: 'namespace_id',
  name: 'name',
  slug: 'slug',
  status: 'status',
  repository_url: 'repository_url',
  repository_app_path: 'repository_app_path',
} as const;

/** `POST /application` */
export const createApplicationOperation: Handler = async (context, call) => {
  const fields = call.body();
  const name = requiredText(fields, 'name', 200);
  const namespaceId = requiredId(fields, 'namespace_id');
  const repositoryUrl = requiredText(fields, 'repository_url');
  const input = applicationInput(fields);
  const namespace = await namespaceFor(context, call, write, namespaceId);
  const row = await inUnit(context, call, (writing) =>
    createApplication(writing, namespace, { ...input, name, repositoryUrl }),
  );
  return applicationWire(row);
};

/** Where an application's row says who may find it. */
export const applicationColumns = {
  account: 'account_id',
  namespace: 'namespace_id',
  application: 'id',
  aroundScope: 'id',
} as const;

/** `GET /application` */
export const listApplications: Handler = async (context, call) => {
  const page = readPage(call, { name: 'name', slug: 'slug', status: 'status' });
  const filters = readFilters(call, applicationFilters, ['id', 'account_id', 'namespace_id']);
  const visibility = await visibilityOf(context, call.caller);
  const conditions = [visibleRows(visibility, applicationColumns), ...withoutDeleted(call)];
  const { rows, total } = await context.parts.storage.read((reader) =>
    pageOf(reader, 'np_application', { filters, conditions, page }),
  );
  return pageAnswer(page, total, rows.map(applicationWire));
};

/** `GET /application/:id`, deleted ones included. */
export const readApplication: Handler = async (context, call) =>
  applicationWire(await sharedApplicationFor(context, call, pathId(call)));

/** `PATCH` and `PUT /application/:id` */
export const updateApplicationOperation: Handler = async (context, call) => {
  const id = pathId(call);
  const input = applicationInput(call.body());
  const application = await applicationFor(context, call, write, id);
  await inUnit(context, call, (writing) => updateApplication(writing, application, input));
  return call.wantsEntity ? await readApplication(context, call) : undefined;
};

/** `DELETE /application/:id` */
export const deleteApplication: Handler = async (context, call) => {
  const application = await applicationFor(context, call, write, pathId(call));
  await inUnit(context, call, async (writing) => {
    if (await livesIn(writing.unit, 'np_scope', 'application_id', application.id)) {
      throw badRequest('The application has scopes');
    }
    await updateApplication(writing, application, { status: 'deleted' });
  });
  return undefined;
};

function applicationInput(fields: ReturnType<Call['body']>): ApplicationInput {
  return {
    name: isSent(fields, 'name') ? requiredText(fields, 'name', 200) : undefined,
    repositoryUrl: optionalText(fields, 'repository_url'),
    repositoryAppPath: optionalText(fields, 'repository_app_path'),
    isMonoRepo: optionalBoolean(fields, 'is_mono_repo'),
    autoDeployOnCreation: optionalBoolean(fields, 'auto_deploy_on_creation'),
    templateId: optionalId(fields, 'template_id'),
    tags: optionalObject(fields, 'tags'),
    settings: optionalObject(fields, 'settings'),
    metadata: optionalObject(fields, 'metadata'),
    status: optionalWord(fields, 'status', ['active', 'inactive']),
  };
}
