import { randomUUID } from 'node:crypto';
import type { Unit } from '../../storage/index.ts';
import type { Context } from './context.ts';
import { isReported } from './deployments/executors.ts';
import { badRequest } from './errors.ts';
import { newEntity } from './ids.ts';
import { resourceOf } from './nrn.ts';
import { domainOf, slugOf } from './slug.ts';
import { requireLive } from './store/inside.ts';
import { rowById } from './store/row.ts';
import type { NullplatformTables } from './tables.ts';
import { type Application, parsed, type Scope, scopePlace } from './wire.ts';
import type { Writing } from './writing.ts';

/** What a scope without a deployment answers (contract nullplatform 5.1). */
export const notDeployedText = '404 scope not found or has not been deployed yet';

/** The types of scope that clients name (contract nullplatform 3.10). */
export const scopeTypes = ['web_pool', 'web_pool_k8s', 'serverless', 'scheduled_tasks', 'custom'] as const;

/** What a new scope is given. */
export interface ScopeInput {
  readonly id?: number | undefined;
  readonly name: string;
  readonly type: string;
  readonly provider?: string | undefined;
  readonly description?: string | undefined;
  readonly assetName?: string | undefined;
  readonly dimensions?: object | undefined;
  readonly capabilities?: object | undefined;
  readonly requestedSpec?: object | undefined;
  readonly tier?: string | undefined;
  readonly tags?: readonly unknown[] | undefined;
  readonly metadata?: object | undefined;
  readonly externalCreated?: boolean | undefined;
  readonly hosts?: readonly string[] | undefined;
}

/** What of a scope can be changed (contract nullplatform 3.10). */
export interface ScopeChange {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly tier?: string | undefined;
  readonly assetName?: string | null | undefined;
  readonly requestedSpec?: object | undefined;
  /** Merged key by key into what is there. */
  readonly capabilities?: object | undefined;
  readonly dimensions?: object | undefined;
  readonly hosts?: readonly string[] | undefined;
  readonly tags?: readonly unknown[] | undefined;
  readonly metadata?: object | undefined;
}

/**
 * Makes a scope with its public address, which answers 404 until something is deployed. It is active at once: hosts need
 * no provisioning. Throws 400 for a name that the application has already.
 */
export async function createScope(
  { context, unit, actor }: Writing,
  application: Application,
  input: ScopeInput,
): Promise<Scope> {
  await requireLive(unit, 'np_application', application.id);
  await requireFreeName(unit, application.id, input.name);
  const row: Scope = {
    ...(await newEntity(unit, 'np_scope', application.organization_id, input.id)),
    application_id: application.id,
    name: input.name,
    slug: slugOf(input.name),
    description: input.description ?? null,
    type: input.type,
    provider: input.provider ?? null,
    status: 'active',
    asset_name: input.assetName ?? null,
    domain: await freeDomain(context, unit, application, slugOf(input.name)),
    dimensions_json: JSON.stringify(input.dimensions ?? {}),
    capabilities_json: JSON.stringify(input.capabilities ?? {}),
    requested_spec_json: JSON.stringify(input.requestedSpec ?? {}),
    tier: input.tier ?? null,
    tags_json: JSON.stringify(input.tags ?? []),
    metadata_json: JSON.stringify(input.metadata ?? {}),
    instance_id: randomUUID(),
    external_created: input.externalCreated ? 1 : 0,
    hosts_json: JSON.stringify(input.hosts ?? []),
    active_deployment_id: null,
    in_progress_deployment_id: null,
  };
  await unit.tables<NullplatformTables>().insertInto('np_scope').values(row).execute();
  await context.parts.engine.routes.put(unit, {
    host: row.domain,
    targets: [],
    whenEmpty: notDeployedText,
    dialect: 'nullplatform',
  });
  await context.parts.ledger.record(unit, actor, {
    action: 'scope.create',
    resource: resourceOf(scopePlace(application, row)),
    subject: `scope ${row.name} of ${application.name}`,
  });
  return row;
}

/**
 * Changes what is given; the address stays. Throws 400 for a name that the application has already, and for hosts that
 * would take the scope over from whoever has deployed to it.
 */
export async function updateScope(
  { context, unit, actor }: Writing,
  { scope, application }: { readonly scope: Scope; readonly application: Application },
  change: ScopeChange,
): Promise<void> {
  const there = (await rowById(unit, 'np_scope', scope.id)) ?? scope;
  if (change.name !== undefined && change.name !== there.name) {
    await requireFreeName(unit, application.id, change.name);
  }
  if (change.hosts) requireSameRunner(there, change.hosts);
  const capabilities = change.capabilities && { ...parsed(there.capabilities_json), ...change.capabilities };
  const columns = {
    name: change.name,
    slug: change.name === undefined ? undefined : slugOf(change.name),
    description: change.description,
    tier: change.tier,
    asset_name: change.assetName,
    requested_spec_json: change.requestedSpec && JSON.stringify(change.requestedSpec),
    capabilities_json: capabilities && JSON.stringify(capabilities),
    dimensions_json: change.dimensions && JSON.stringify(change.dimensions),
    hosts_json: change.hosts && JSON.stringify(change.hosts),
    tags_json: change.tags && JSON.stringify(change.tags),
    metadata_json: change.metadata && JSON.stringify(change.metadata),
  };
  const given = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
  if (Object.keys(given).length === 0) return;
  await unit
    .tables<NullplatformTables>()
    .updateTable('np_scope')
    .set({ ...given, updated_at: unit.now })
    .where('id', '=', scope.id)
    .execute();
  await context.parts.ledger.record(unit, actor, {
    action: 'scope.update',
    resource: resourceOf(scopePlace(application, scope)),
    subject: `scope ${there.name} of ${application.name}`,
  });
}

/** Who started instances has to stop them, and traffic moves between those of one runner only. */
function requireSameRunner(scope: Scope, hosts: readonly string[]): void {
  const isDeployed = scope.active_deployment_id !== null || scope.in_progress_deployment_id !== null;
  const after = { type: scope.type, hosts_json: JSON.stringify(hosts) };
  if (!isDeployed || isReported(scope) === isReported(after)) return;
  throw badRequest(
    'Who runs the scope cannot change while something is deployed in it: stop the scope before it gets or loses its hosts',
  );
}

async function requireFreeName(unit: Unit, applicationId: number, name: string): Promise<void> {
  const taken = await unit
    .tables<NullplatformTables>()
    .selectFrom('np_scope')
    .select('id')
    .where('application_id', '=', applicationId)
    .where('name', '=', name)
    .executeTakeFirst();
  // The literal that terraform looks for (contract nullplatform 3.10).
  if (taken) throw badRequest("There's already a scope with this name on this application");
}

/** Names that differ can have one slug (`a b`, `a-b`), and accounts namespaces of one name: the second gets a number. */
async function freeDomain(
  context: Context,
  unit: Unit,
  application: Application,
  slug: string,
): Promise<string> {
  const namespace = await rowById(unit, 'np_namespace', application.namespace_id);
  for (let number = 1; ; number++) {
    const scope = number === 1 ? slug : `${slug}-${number}`;
    const slugs = { namespace: namespace?.slug ?? 'x', application: application.slug, scope };
    const domain = domainOf(slugs, context.parts.settings.baseDomain);
    const taken = await unit
      .tables<NullplatformTables>()
      .selectFrom('np_scope')
      .select('id')
      .where('domain', '=', domain)
      .where('status', '<>', 'deleted')
      .executeTakeFirst();
    if (!taken) return domain;
  }
}
