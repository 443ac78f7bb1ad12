import type { Unit } from '../../storage/index.ts';
import { badRequest } from './errors.ts';
import { drawId, newEntity } from './ids.ts';
import { type Place, resourceOf } from './nrn.ts';
import { slugOf } from './slug.ts';
import { requireLive } from './store/inside.ts';
import type { NullplatformTables } from './tables.ts';
import {
  type Account,
  type Application,
  accountPlace,
  applicationPlace,
  type Namespace,
  namespacePlace,
  type Organization,
} from './wire.ts';
import type { Writing } from './writing.ts';

/** What a new or changed account is given. */
export interface AccountInput {
  readonly name?: string | undefined;
  readonly slug?: string | undefined;
  readonly repositoryPrefix?: string | undefined;
  readonly repositoryProvider?: string | undefined;
  readonly settings?: object | undefined;
  readonly status?: Account['status'] | undefined;
}

/** What a new or changed namespace is given. */
export interface NamespaceInput {
  readonly name?: string | undefined;
  readonly slug?: string | undefined;
  readonly status?: Namespace['status'] | undefined;
}

/** What a new or changed application is given. */
export interface ApplicationInput {
  readonly name?: string | undefined;
  readonly repositoryUrl?: string | undefined;
  readonly repositoryAppPath?: string | undefined;
  readonly isMonoRepo?: boolean | undefined;
  readonly autoDeployOnCreation?: boolean | undefined;
  readonly templateId?: number | undefined;
  readonly tags?: object | undefined;
  readonly settings?: object | undefined;
  readonly metadata?: object | undefined;
  readonly status?: Application['status'] | undefined;
}

const tablesOf = (unit: Unit) => unit.tables<NullplatformTables>();

/** Makes an organization; only a declaration does. */
export async function createOrganization(
  writing: Writing,
  input: { name: string; id?: number | undefined },
): Promise<Organization> {
  const { unit } = writing;
  const id = input.id ?? (await drawId(unit, 'np_organization'));
  const row = { id, name: input.name, slug: slugOf(input.name), created_at: unit.now, updated_at: unit.now };
  await tablesOf(unit).insertInto('np_organization').values(row).execute();
  await tell(writing, 'organization.create', { organization: id }, input.name);
  return row;
}

/** Makes an account of an organization. */
export async function createAccount(
  writing: Writing,
  organizationId: number,
  input: AccountInput & { name: string; id?: number | undefined },
): Promise<Account> {
  const { unit } = writing;
  const row: Account = {
    ...(await newEntity(unit, 'np_account', organizationId, input.id)),
    name: input.name,
    slug: input.slug ?? slugOf(input.name),
    repository_prefix: input.repositoryPrefix ?? '',
    repository_provider: input.repositoryProvider ?? '',
    settings_json: JSON.stringify(input.settings ?? {}),
    status: input.status ?? 'active',
  };
  await tablesOf(unit).insertInto('np_account').values(row).execute();
  await tell(writing, 'account.create', accountPlace(row), row.name);
  return row;
}

/** Changes what is given. */
export async function updateAccount(writing: Writing, account: Account, input: AccountInput): Promise<void> {
  const { unit } = writing;
  refuseRevival(account, input);
  const change = sent({
    name: input.name,
    slug: input.slug,
    repository_prefix: input.repositoryPrefix,
    repository_provider: input.repositoryProvider,
    settings_json: input.settings && JSON.stringify(input.settings),
    status: input.status,
  });
  await tablesOf(unit)
    .updateTable('np_account')
    .set({ ...change, updated_at: unit.now })
    .where('id', '=', account.id)
    .execute();
  await tell(writing, verbOf('account', input.status), accountPlace(account), account.name);
}

/** Makes a namespace of an account. */
export async function createNamespace(
  writing: Writing,
  account: Account,
  input: NamespaceInput & { name: string; id?: number | undefined },
): Promise<Namespace> {
  const { unit } = writing;
  await requireLive(unit, 'np_account', account.id);
  const row: Namespace = {
    ...(await newEntity(unit, 'np_namespace', account.organization_id, input.id)),
    account_id: account.id,
    name: input.name,
    slug: input.slug ?? slugOf(input.name),
    status: input.status ?? 'active',
  };
  await tablesOf(unit).insertInto('np_namespace').values(row).execute();
  await tell(writing, 'namespace.create', namespacePlace(row), row.name);
  return row;
}

/** Changes what is given. */
export async function updateNamespace(
  writing: Writing,
  namespace: Namespace,
  input: NamespaceInput,
): Promise<void> {
  const { unit } = writing;
  refuseRevival(namespace, input);
  const change = sent({ name: input.name, slug: input.slug, status: input.status });
  await tablesOf(unit)
    .updateTable('np_namespace')
    .set({ ...change, updated_at: unit.now })
    .where('id', '=', namespace.id)
    .execute();
  const verb = verbOf('namespace', input.status);
  await tell(writing, verb, namespacePlace(namespace), namespace.name);
}

/** Makes an application of a namespace; it is active at once, as there is no repository to be made. */
export async function createApplication(
  writing: Writing,
  namespace: Namespace,
  input: ApplicationInput & { name: string; id?: number | undefined },
): Promise<Application> {
  const { unit } = writing;
  await requireLive(unit, 'np_namespace', namespace.id);
  const row: Application = {
    ...(await newEntity(unit, 'np_application', namespace.organization_id, input.id)),
    account_id: namespace.account_id,
    namespace_id: namespace.id,
    name: input.name,
    slug: slugOf(input.name),
    status: input.status ?? 'active',
    repository_url: input.repositoryUrl ?? '',
    repository_app_path: input.repositoryAppPath ?? '',
    is_mono_repo: input.isMonoRepo ? 1 : 0,
    auto_deploy_on_creation: input.autoDeployOnCreation ? 1 : 0,
    template_id: input.templateId ?? null,
    tags_json: JSON.stringify(input.tags ?? {}),
    settings_json: JSON.stringify(input.settings ?? {}),
    metadata_json: JSON.stringify(input.metadata ?? {}),
  };
  await tablesOf(unit).insertInto('np_application').values(row).execute();
  await tell(writing, 'application.create', applicationPlace(row), row.name);
  return row;
}

/** Changes what is given. */
export async function updateApplication(
  writing: Writing,
  application: Application,
  input: ApplicationInput,
): Promise<void> {
  const { unit } = writing;
  refuseRevival(application, input);
  const change = sent({
    name: input.name,
    repository_url: input.repositoryUrl,
    repository_app_path: input.repositoryAppPath,
    is_mono_repo: input.isMonoRepo === undefined ? undefined : Number(input.isMonoRepo),
    auto_deploy_on_creation:
      input.autoDeployOnCreation === undefined ? undefined : Number(input.autoDeployOnCreation),
    template_id: input.templateId,
    tags_json: input.tags && JSON.stringify(input.tags),
    settings_json: input.settings && JSON.stringify(input.settings),
    metadata_json: input.metadata && JSON.stringify(input.metadata),
    status: input.status,
  });
  await tablesOf(unit)
    .updateTable('np_application')
    .set({ ...change, updated_at: unit.now })
    .where('id', '=', application.id)
    .execute();
  const verb = verbOf('application', input.status);
  await tell(writing, verb, applicationPlace(application), application.name);
}

/** What was deleted stays so: its name may be somebody else's by now. */
function refuseRevival(
  there: { status: string },
  { status = there.status }: { status?: string | undefined },
) {
  if (there.status === 'deleted' && status !== 'deleted') {
    throw badRequest(`Invalid status transition: deleted -> ${status}`);
  }
}

function verbOf(noun: string, status: string | undefined): string {
  return `${noun}.${status === 'deleted' ? 'delete' : 'update'}`;
}

/** The fields that are there. */
function sent<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };
}

async function tell(
  { context, unit, actor }: Writing,
  action: string,
  place: Place,
  subject: string,
): Promise<void> {
  await context.parts.ledger.record(unit, actor, { action, resource: resourceOf(place), subject });
}
