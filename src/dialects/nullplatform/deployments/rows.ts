import type { Selectable } from 'kysely';
import type { Reader } from '../../../storage/index.ts';
import { nrnOf } from '../nrn.ts';
import type { DeploymentTable, NullplatformTables, ScopeTable } from '../tables.ts';
import { type Application, parsed, type Scope, scopePlace } from '../wire.ts';

/** A row of `np_deployment`. */
export type Deployment = Selectable<DeploymentTable>;

/** A deployment with the scope and the application that it belongs to. */
export interface PlacedDeployment {
  readonly deployment: Deployment;
  readonly scope: Scope;
  readonly application: Application;
}

/** The deployment with its scope and application; undefined when there is none. */
export async function placedDeployment(
  reader: Pick<Reader, 'tables'>,
  id: number,
): Promise<PlacedDeployment | undefined> {
  const tables = reader.tables<NullplatformTables>();
  const deployment = await tables
    .selectFrom('np_deployment')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (!deployment) return undefined;
  const placed = await placedScope(reader, deployment.scope_id);
  return placed && { deployment, ...placed };
}

/** The scope with its application; undefined when there is none. */
export async function placedScope(
  reader: Pick<Reader, 'tables'>,
  id: number,
): Promise<{ readonly scope: Scope; readonly application: Application } | undefined> {
  const tables = reader.tables<NullplatformTables>();
  const scope = await tables.selectFrom('np_scope').selectAll().where('id', '=', id).executeTakeFirst();
  if (!scope) return undefined;
  const application = await tables
    .selectFrom('np_application')
    .selectAll()
    .where('id', '=', scope.application_id)
    .executeTakeFirstOrThrow();
  return { scope, application };
}

/** The names of the hosts that a scope's instances are spread over. */
export function hostsOf(scope: Pick<ScopeTable, 'hosts_json'>): readonly string[] {
  return parsed<string[]>(scope.hosts_json);
}

/** The NRN of a deployment. */
export function deploymentNrn({ deployment, scope, application }: PlacedDeployment): string {
  return nrnOf(scopePlace(application, scope), ['deployment', deployment.id]);
}
