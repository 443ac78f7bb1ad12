import type { Reader } from '../../../storage/index.ts';
import type { NullplatformTables } from '../tables.ts';

/** A deployment whose instances may have something to tell. */
export interface ObservedDeployment {
  readonly id: number;
  readonly scopeId: number;
}

/** Those that ended lately, so that what a failed one wrote can be read. */
const mostPast = 20;

/** Every deployment of the application that serves or is rolled out, and the newest that have ended; of these scopes. */
export async function observedDeployments(
  reader: Pick<Reader, 'tables'>,
  { applicationId, scopes }: { applicationId: number; scopes: readonly number[] | undefined },
): Promise<ObservedDeployment[]> {
  const tables = reader.tables<NullplatformTables>();
  const past = await tables
    .selectFrom('np_deployment')
    .select(['id', 'scope_id'])
    .where('application_id', '=', applicationId)
    .$if(scopes !== undefined, (query) => query.where('scope_id', 'in', [...(scopes ?? [])]))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(mostPast)
    .execute();
  const present = await tables
    .selectFrom('np_scope')
    .select(['id', 'active_deployment_id', 'in_progress_deployment_id'])
    .where('application_id', '=', applicationId)
    .$if(scopes !== undefined, (query) => query.where('id', 'in', [...(scopes ?? [])]))
    .execute();
  const scopeIds = new Map(past.map((row) => [row.id, row.scope_id]));
  for (const { id, active_deployment_id: active, in_progress_deployment_id: candidate } of present) {
    if (active !== null) scopeIds.set(active, id);
    if (candidate !== null) scopeIds.set(candidate, id);
  }
  return [...scopeIds].map(([id, scopeId]) => ({ id, scopeId }));
}
