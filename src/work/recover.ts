import type { Unit } from '../storage/index.ts';
import { interruption } from './attempt.ts';
import { writeOutcome } from './outcome.ts';
import type { WorkKind } from './work.ts';
import type { WorkTables } from './work-table.ts';

const atOnce = 100;

/**
 * Ends the tries of processes that died: those whose lease ran out, or with `all` every one that is marked as running
 * (an embedded database has one process, and it has just started). Answers how many; call again until it is none.
 */
export async function recoverWork(
  unit: Unit,
  kinds: ReadonlyMap<string, WorkKind>,
  options: { all: boolean },
): Promise<number> {
  if (kinds.size === 0) return 0;
  const interrupted = await unit
    .tables<WorkTables>()
    .selectFrom('work')
    .select(['id', 'kind', 'project', 'lane', 'exclusive_key', 'input', 'attempt', 'lease_owner'])
    .where('state', '=', 'running')
    .where('lease_until', '<', options.all ? Number.MAX_SAFE_INTEGER : unit.now)
    .where('kind', 'in', [...kinds.keys()])
    .orderBy('lease_until')
    .limit(atOnce)
    .execute();
  for (const work of interrupted) {
    const kind = kinds.get(work.kind);
    if (!kind) continue;
    await writeOutcome(unit, work, work.lease_owner ?? '', interruption(kind, work.attempt), kind.onDead);
  }
  return interrupted.length;
}
