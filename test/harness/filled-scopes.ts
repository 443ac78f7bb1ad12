import type { Storage } from '../../src/storage/index.ts';

type Rows = Record<string, Record<string, string | number | null>>;

/** What each of the application's scopes and deployments begins with. */
const firstScope = 100_000;
const firstDeployment = 1_000_000;

/** The id of the scope at a place, from 0. */
export function scopeIdAt(place: number): number {
  return firstScope + place;
}

/**
 * Fills the application 4 of the organization 1 with scopes that have a history each: rows only, nothing runs. The last
 * deployment of every scope is the active one.
 */
export async function fillScopes(
  storage: Storage,
  { scopes, deployments }: { readonly scopes: number; readonly deployments: number },
): Promise<void> {
  await storage.write(async (unit) => {
    const tables = unit.tables<Rows>();
    const entity = { organization_id: 1, created_at: unit.now, updated_at: unit.now };
    const build = { ...entity, id: 900, application_id: 4, status: 'successful', commit_id: 'c0ffee' };
    await tables
      .insertInto('np_build')
      .values({ ...build, commit_permalink: null, branch: 'main', description: null, metadata_json: '{}' })
      .execute();
    const version = { semver: '1.0.0', semver_order: '1', status: 'active', metadata_json: '{}' };
    await tables
      .insertInto('np_release')
      .values({
        ...entity,
        id: 901,
        application_id: 4,
        build_id: 900,
        ...version,
        created_by: 1,
        updated_by: null,
      })
      .execute();
    for (let place = 0; place < scopes; place++) {
      const id = scopeIdAt(place);
      const last = firstDeployment + place * deployments + deployments - 1;
      await tables
        .insertInto('np_scope')
        .values(scopeRow(id, last, entity))
        .execute();
      const history = Array.from({ length: deployments }, (_, turn) =>
        deploymentRow(last - turn, id, turn, entity),
      );
      await tables.insertInto('np_deployment').values(history).execute();
    }
  });
}

function scopeRow(id: number, active: number, entity: Rows[string]): Rows[string] {
  return {
    ...entity,
    id,
    application_id: 4,
    name: `scope ${id}`,
    slug: `scope-${id}`,
    description: null,
    type: 'web_pool',
    provider: null,
    status: 'active',
    asset_name: 'main',
    domain: `scope-${id}.localhost`,
    dimensions_json: '{}',
    capabilities_json: '{"scaling_type":"fixed"}',
    requested_spec_json: '{}',
    tier: null,
    tags_json: '[]',
    metadata_json: '{}',
    instance_id: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    external_created: 0,
    hosts_json: '["s1"]',
    active_deployment_id: active,
    in_progress_deployment_id: null,
  };
}

function deploymentRow(id: number, scopeId: number, turn: number, entity: Rows[string]): Rows[string] {
  return {
    ...entity,
    id,
    created_at: Number(entity.created_at) - turn * 60_000,
    application_id: 4,
    scope_id: scopeId,
    release_id: 901,
    asset_id: null,
    deployment_group_id: null,
    external_strategy_id: null,
    status: 'finalized',
    status_in_scope: turn === 0 ? 'active' : 'inactive',
    strategy: 'blue_green',
    strategy_data_json: '{"switched_traffic":100}',
    status_started_json: '{}',
    parameters_json: '[]',
    metadata_json: '{}',
    description: null,
    token_secret_id: 1,
    expires_at: Number(entity.created_at),
    created_by: 1,
    updated_by: null,
    rollout_id: null,
  };
}
