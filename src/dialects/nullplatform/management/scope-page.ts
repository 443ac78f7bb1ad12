import type { RouteMeasure } from '../../../engine/index.ts';
import type { Reader } from '../../../storage/index.ts';
import type { Context } from '../context.ts';

import { poolOf } from '../deployments/executor.ts';
import { hostsOf, placedScope } from '../deployments/rows.ts';
import { scopeAddress } from '../scope-address.ts';
import { rowsById } from '../store/row.ts';
import type { NullplatformTables } from '../tables.ts';
import { parsed, type Scope } from '../wire.ts';
import { approvalView, principalNames, type Rights } from './approval-view.ts';
import { instancesOf } from './instance-view.ts';
import { guidanceOf, historyOfScope } from './scope-history.ts';
import type { ScopePage, ScopeRow, Version } from './scope-shapes.ts';
import { versionOf } from './version-view.ts';

const measuredMilliseconds = 15 * 60_000;
const periodSeconds = 10;
const mostMessages = 100;

/** All that the page of the scope shows, as it is now; undefined when there is no such scope. */
export async function scopePage(
  context: Context,
  scopeId: number,
  may: Rights & { readonly release: boolean },
): Promise<ScopePage | undefined> {
  const { storage, engine } = context.parts;
  const found = await storage.read(async (reader) => {
    const placed = await placedScope(reader, scopeId);
    if (!placed) return undefined;
    const [row] = await scopeRows(context, reader, [placed.scope]);
    return (
      row && {
        ...{ ...placed, row },
        guidance: row.inProgress && (await guidanceOf(reader, row.inProgress.id)),
        history: await historyOfScope(reader, scopeId),
        messages: await messagesOfScope(reader, scopeId),
      }
    );
  });
  if (!found) return undefined;
  const { scope, application, row, guidance, history, messages } = found;
  const versions = [row.active, row.inProgress].filter((version) => version !== null);
  const [route, known, measures] = await Promise.all([
    engine.routes.find(scope.domain),
    instancesOf(
      context,
      scope,
      versions.map(({ id }) => id),
    ),
    measuresOf(context, scope.domain),
  ]);
  const of = (version: Version | null) =>
    measures
      .filter(({ pool }) => version !== null && pool === poolOf(version.id))
      .map(({ at, requests, errors, milliseconds }) => ({ at, requests, errors, milliseconds }));
  return {
    ...row,
    application: { id: application.id, name: application.name },
    hosts: [...hostsOf(scope)],
    mayDeploy: may.deploy,
    mayRelease: may.release,
    traffic: (route?.targets ?? []).map(({ pool, weight }) => ({ deploymentId: deploymentOf(pool), weight })),
    ...known,
    measures: { periodSeconds, active: of(row.active), inProgress: of(row.inProgress) },
    guidance: guidance && {
      plan: guidance.plan,
      approval: guidance.approval
        ? approvalView(guidance.approval, guidance.deployment, await principalNames(context), may)
        : null,
    },
    ...{ history, messages },
  };
}

/** Scopes with the deployments that serve them and that are rolled out, by three queries for all of them. */
export async function scopeRows(
  { parts }: Pick<Context, 'parts'>,
  reader: Pick<Reader, 'tables'>,
  scopes: readonly Scope[],
): Promise<ScopeRow[]> {
  const ids = scopes.flatMap((scope) => [scope.active_deployment_id, scope.in_progress_deployment_id]);
  const deployments = await rowsById(reader, 'np_deployment', ids);
  const releases = await rowsById(
    reader,
    'np_release',
    [...deployments.values()].map((deployment) => deployment.release_id),
  );
  const version = (id: number | null): Version | null => {
    const deployment = deployments.get(id ?? 0);
    return deployment ? versionOf(deployment, releases.get(deployment.release_id)?.semver ?? '') : null;
  };
  return scopes.map((scope) => ({
    id: scope.id,
    name: scope.name,
    type: scope.type,
    status: scope.status,
    domain: scope.domain,
    address: scopeAddress(parts.settings, scope),
    dimensions: parsed<Record<string, string>>(scope.dimensions_json),
    active: version(scope.active_deployment_id),
    inProgress: version(scope.in_progress_deployment_id),
  }));
}

function deploymentOf(pool: string): number {
  return Number(pool.split('/').at(-1));
}

async function measuresOf({ parts }: Context, host: string): Promise<RouteMeasure[]> {
  const to = parts.clock.now();
  return await parts.engine.routes.measures({
    hosts: [host],
    from: to - measuredMilliseconds,
    to,
    periodSeconds,
  });
}

async function messagesOfScope(
  reader: Pick<Reader, 'tables'>,
  scopeId: number,
): Promise<ScopePage['messages']> {
  const rows = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_message')
    .select(['id', 'level', 'message', 'at', 'deployment_id as deploymentId'])
    .where('scope_id', '=', scopeId)
    .orderBy('id', 'desc')
    .limit(mostMessages)
    .execute();
  return rows.reverse();
}
