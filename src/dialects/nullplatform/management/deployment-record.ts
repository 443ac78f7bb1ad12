import type { Reader } from '../../../storage/index.ts';
import type { NullplatformTables } from '../tables.ts';
import { parsed } from '../wire.ts';
import type { DeploymentPage } from './deployment-shapes.ts';

const mostMessages = 500;
const mostActions = 100;

/** What was done for the deployment, the newest first. */
export async function actionsOf(
  reader: Pick<Reader, 'tables'>,
  scopeId: number,
  deploymentId: number,
): Promise<DeploymentPage['actions']> {
  const rows = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_action')
    .select(['id', 'slug', 'status', 'parameters_json', 'created_at', 'updated_at', 'rollout_id'])
    // The log of a scope is indexed, and as long as a life of it.
    .where('scope_id', '=', scopeId)
    .where('deployment_id', '=', deploymentId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(mostActions)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    slug: row.slug,
    status: row.status,
    traffic: parsed<{ desired_traffic?: number }>(row.parameters_json).desired_traffic ?? null,
    createdAt: row.created_at,
    changedAt: row.updated_at,
    rolloutId: row.rollout_id,
  }));
}

/** What was said of the deployment, the oldest first. */
export async function messagesOf(
  reader: Pick<Reader, 'tables'>,
  deploymentId: number,
): Promise<DeploymentPage['messages']> {
  const rows = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_message')
    .select(['id', 'level', 'message', 'at', 'deployment_id as deploymentId'])
    .where('deployment_id', '=', deploymentId)
    .orderBy('id', 'desc')
    .limit(mostMessages)
    .execute();
  return rows.reverse();
}
