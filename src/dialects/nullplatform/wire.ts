import type { Selectable } from 'kysely';
import { nrnOf, type Place } from './nrn.ts';
import type {
  AccountTable,
  ApiKeyTable,
  ApplicationTable,
  AssetTable,
  BuildTable,
  NamespaceTable,
  OrganizationTable,
  ReleaseTable,
  ScopeTable,
} from './tables.ts';
import { optionalTimestamp, timestamp } from './timestamps.ts';

/** Rows as their tables have them, under the names that the product has for them. */
export type Organization = Selectable<OrganizationTable>;
export type Account = Selectable<AccountTable>;
export type Namespace = Selectable<NamespaceTable>;
export type Application = Selectable<ApplicationTable>;
export type Build = Selectable<BuildTable>;
export type Asset = Selectable<AssetTable>;
export type Release = Selectable<ReleaseTable>;
export type Scope = Selectable<ScopeTable>;
export type ApiKey = Selectable<ApiKeyTable>;

/** Where an account stands. */
export function accountPlace({ organization_id, id }: Pick<Account, 'organization_id' | 'id'>): Place {
  return { organization: organization_id, account: id };
}

/** Where a namespace stands. */
export function namespacePlace(row: Pick<Namespace, 'organization_id' | 'account_id' | 'id'>): Place {
  return { organization: row.organization_id, account: row.account_id, namespace: row.id };
}

/** Where an application stands; also the place of its builds and releases. */
export function applicationPlace(
  row: Pick<Application, 'organization_id' | 'account_id' | 'namespace_id' | 'id'>,
): Place {
  return {
    organization: row.organization_id,
    account: row.account_id,
    namespace: row.namespace_id,
    application: row.id,
  };
}

/** Where a scope of the application stands. */
export function scopePlace(application: Application, scope: Pick<Scope, 'id'>): Place {
  return { ...applicationPlace(application), scope: scope.id };
}

function times(row: { created_at: number; updated_at: number }) {
  return { created_at: timestamp(row.created_at), updated_at: timestamp(row.updated_at) };
}

/** JSON text of a row; rows are written by this dialect only. */
export function parsed<T = Readonly<Record<string, unknown>>>(json: string): T {
  return JSON.parse(json) as T;
}

/** Null for an empty object: terraform takes one for something that its plan is to take away, each time again. */
function parsedOrNull(json: string): object | null {
  return json === '{}' ? null : parsed(json);
}

/** Contract nullplatform 3.11. */
export function organizationWire(row: Organization): object {
  const { id, name, slug } = row;
  return { id, nrn: nrnOf({ organization: id }), name, slug, status: 'active', ...times(row) };
}

/** Contract nullplatform 3.11. */
export function accountWire(row: Account): object {
  const { id, name, slug, organization_id, repository_prefix, repository_provider, status } = row;
  return {
    id,
    nrn: nrnOf(accountPlace(row)),
    name,
    organization_id,
    repository_prefix,
    repository_provider,
    slug,
    status,
    settings: parsed(row.settings_json),
    ...times(row),
  };
}

/** Contract nullplatform 3.11. */
export function namespaceWire(row: Namespace): object {
  const { id, name, slug, account_id, status } = row;
  return { id, nrn: nrnOf(namespacePlace(row)), name, account_id, slug, status, ...times(row) };
}

/** Contract nullplatform 3.11. */
export function applicationWire(row: Application): object {
  const { id, name, slug, status, namespace_id, account_id, template_id } = row;
  return {
    id,
    nrn: nrnOf(applicationPlace(row)),
    name,
    slug,
    status,
    namespace_id,
    account_id,
    template_id,
    repository_url: row.repository_url,
    repository_app_path: row.repository_app_path,
    is_mono_repo: row.is_mono_repo === 1,
    auto_deploy_on_creation: row.auto_deploy_on_creation === 1,
    tags: parsedOrNull(row.tags_json),
    settings: parsedOrNull(row.settings_json),
    metadata: parsed(row.metadata_json),
    messages: [],
    ...times(row),
  };
}

/**
 * An application as the CI facade shows it (contract nullplatform 6.2); the setup action for GitHub reads
 * `code_repository_app_path`.
 */
export function facadeApplicationWire(row: Application): object {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    status: row.status,
    namespace_id: row.namespace_id,
    nrn: nrnOf(applicationPlace(row)),
    code_repository: { url: row.repository_url, application_path: row.repository_app_path },
    repository_url: row.repository_url,
    repository_app_path: row.repository_app_path,
    code_repository_app_path: row.repository_app_path,
  };
}

/** Contract nullplatform 3.8; `metadata` is left empty in lists. */
export function buildWire(
  row: Build,
  application: Application,
  assets: readonly Asset[],
  { inList = false } = {},
): object {
  const { id, application_id, status, branch, description } = row;
  return {
    id,
    nrn: nrnOf(applicationPlace(application), ['build', id]),
    application_id,
    status,
    commit: { id: row.commit_id, permalink: row.commit_permalink },
    branch,
    description,
    assets: assets.map(assetWire),
    metadata: inList ? {} : parsed(row.metadata_json),
    ...times(row),
  };
}

/** Contract nullplatform 3.8. */
export function assetWire(row: Asset): object {
  const { id, build_id, name, type, url, platform } = row;
  return { id, build_id, name, type, url, platform, metadata: parsed(row.metadata_json), ...times(row) };
}

/** Contract nullplatform 3.6. */
export function releaseWire(row: Release, application: Application, assets: readonly Asset[]): object {
  const { id, application_id, build_id, semver, status, created_by, updated_by } = row;
  return {
    id,
    nrn: nrnOf(applicationPlace(application), ['release', id]),
    application_id,
    build_id,
    semver,
    status,
    assets: assets.map(assetWire),
    metadata: parsed(row.metadata_json),
    ...times(row),
    created_by,
    updated_by,
  };
}

/** A scope as lists show it (contract nullplatform 3.10); `address`, where it is reached, is Slipway's own. */
export function scopeWire(row: Scope, application: Application, address: string): object {
  return {
    id: row.id,
    nrn: nrnOf(scopePlace(application, row)),
    name: row.name,
    slug: row.slug,
    description: row.description,
    application_id: row.application_id,
    type: row.type,
    provider: row.provider,
    status: row.status,
    asset_name: row.asset_name,
    domain: row.domain,
    domains: [],
    address,
    dimensions: parsed(row.dimensions_json),
    capabilities: parsed(row.capabilities_json),
    requested_spec: parsed(row.requested_spec_json),
    tier: row.tier,
    tags: parsed<unknown[]>(row.tags_json),
    profiles: [],
    runtime_configurations: [],
    instance_id: row.instance_id,
    external_created: row.external_created === 1,
    messages: [],
    metadata: parsed(row.metadata_json),
    stops_at: null,
    ...times(row),
  };
}

/** A scope as it is read alone: with the deployments that serve it and that are rolled out (contract nullplatform 3.10). */
export function singleScopeWire(row: Scope, application: Application, address: string): object {
  return {
    ...scopeWire(row, application, address),
    active_deployment: row.active_deployment_id,
    current_active_deployment: row.active_deployment_id,
    in_progress_deployment: row.in_progress_deployment_id,
  };
}

/** An API key without its secret (contract nullplatform 6.3). */
export function apiKeyWire(row: ApiKey): object {
  return {
    id: row.id,
    name: row.name,
    masked_api_key: row.masked,
    tags: parsed<unknown[]>(row.tags_json),
    grants: parsed<unknown[]>(row.grants_json),
    owner_id: row.owner_id,
    last_used_at: optionalTimestamp(row.last_used_at),
    ...times(row),
  };
}
