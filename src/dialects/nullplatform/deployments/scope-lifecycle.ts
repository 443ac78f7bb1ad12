import type { Unit } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import type { NullplatformTables } from '../tables.ts';
import type { Scope } from '../wire.ts';
import type { ApplyEvent } from './event.ts';
import { say } from './messages.ts';
import { tellScopeChanged } from './news.ts';

/** How a scope ends what runs in it, and what it is afterwards. */
const ends = { stopping: 'stopped', deleting: 'deleted', recreating: 'active' } as const;

/** The statuses in which a scope is being emptied. */
export type EmptyingStatus = keyof typeof ends;

/**
 * Begins to empty a scope: its deployment in progress is cancelled, then the active one is deleted, then the scope is
 * stopped, deleted, or active and empty. A deleted one gives its name back at once (contract nullplatform 3.10).
 */
export async function emptyScope(
  context: Context,
  unit: Unit,
  scope: Scope,
  status: EmptyingStatus,
  apply: ApplyEvent,
): Promise<void> {
  const name = status === 'deleting' ? { name: `deleted-${unit.now}-${scope.name}` } : {};
  await unit
    .tables<NullplatformTables>()
    .updateTable('np_scope')
    .set({ status, ...name, updated_at: unit.now })
    .where('id', '=', scope.id)
    .execute();
  await say(unit, { scopeId: scope.id, deploymentId: null }, [{ level: 'INFO', text: `Scope: ${status}` }]);
  await continueScope(context, unit, scope.id, apply);
}

/** The next thing to do for a scope that is being emptied; called whenever something of it has ended. */
export async function continueScope(
  context: Context,
  unit: Unit,
  scopeId: number,
  apply: ApplyEvent,
): Promise<void> {
  const tables = unit.tables<NullplatformTables>();
  const scope = await tables
    .selectFrom('np_scope')
    .selectAll()
    .where('id', '=', scopeId)
    .executeTakeFirstOrThrow();
  if (!isEmptying(scope.status)) return;
  if (scope.in_progress_deployment_id !== null) {
    // One that cannot be cancelled any more ends by itself, and then this is called again.
    await apply(context, unit, scope.in_progress_deployment_id, { kind: 'patched', status: 'cancelling' });
    return;
  }
  if (scope.active_deployment_id !== null) {
    await apply(context, unit, scope.active_deployment_id, { kind: 'scope-gone' });
    return;
  }
  const status = ends[scope.status];
  await tables
    .updateTable('np_scope')
    .set({ status, updated_at: unit.now })
    .where('id', '=', scopeId)
    .execute();
  if (status === 'deleted' && (await context.parts.engine.routes.find(scope.domain, unit))) {
    await context.parts.engine.routes.remove(unit, scope.domain);
  }
  await say(unit, { scopeId, deploymentId: null }, [{ level: 'INFO', text: `Scope: ${status}` }]);
  tellScopeChanged(unit, scopeId);
}

function isEmptying(status: string): status is EmptyingStatus {
  return Object.hasOwn(ends, status);
}
