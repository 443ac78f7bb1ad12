import type { Unit } from '../storage/index.ts';
import type { ClaimedWork } from './claim.ts';
import { workChannel } from './enqueue.ts';
import type { WorkKind } from './work.ts';
import type { WorkTables } from './work-table.ts';

/** How a try ended. `again` waits so long before the next one. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly reason: string; readonly waitMilliseconds: number }
  | { readonly kind: 'dead'; readonly reason: string };

/**
 * Writes the end of a try. Does nothing and answers false when `owner` doesn't hold the piece in this attempt any more
 * (its lease ran out and another process has it).
 */
export async function writeOutcome(
  unit: Unit,
  work: ClaimedWork,
  owner: string,
  outcome: Outcome,
  onDead: WorkKind['onDead'],
): Promise<boolean> {
  const table = unit.tables<WorkTables>();
  const row = await table
    .selectFrom('work')
    .select(['repeat_seconds', 'once_key'])
    .where('id', '=', work.id)
    .where('attempt', '=', work.attempt)
    .where('lease_owner', '=', owner)
    .where('state', '=', 'running')
    .executeTakeFirst();
  if (!row) return false;
  const unleased = { lease_owner: null, lease_until: null };
  if (row.repeat_seconds !== null && outcome.kind !== 'again') {
    await table
      .updateTable('work')
      .set({ ...unleased, state: 'waiting', attempt: 0, not_before: unit.now + row.repeat_seconds * 1000 })
      .where('id', '=', work.id)
      .execute();
    return true;
  }
  if (outcome.kind === 'again' && !(await isOvertaken(unit, row.once_key))) {
    await table
      .updateTable('work')
      .set({
        ...unleased,
        state: 'waiting',
        not_before: unit.now + outcome.waitMilliseconds,
        reason: outcome.reason,
      })
      .where('id', '=', work.id)
      .execute();
    return true;
  }
  if (outcome.kind === 'dead') {
    await table
      .updateTable('work')
      .set({ ...unleased, state: 'dead', reason: outcome.reason, died_at: unit.now })
      .where('id', '=', work.id)
      .execute();
    await onDead?.(unit, JSON.parse(work.input), outcome.reason);
  } else {
    await table.deleteFrom('work').where('id', '=', work.id).execute();
  }
  if (work.lane !== null) await letNextOfLaneGo(unit, work.lane);
  return true;
}

/** A piece with a `once` key was enqueued anew while this one ran: that one will do it. */
async function isOvertaken(unit: Unit, key: string | null): Promise<boolean> {
  if (key === null) return false;
  const waiting = await unit
    .tables<WorkTables>()
    .selectFrom('work')
    .select('id')
    .where('once_key', '=', key)
    .where('state', 'in', ['waiting', 'behind'])
    .executeTakeFirst();
  return waiting !== undefined;
}

async function letNextOfLaneGo(unit: Unit, lane: string): Promise<void> {
  const table = unit.tables<WorkTables>();
  const next = await table
    .selectFrom('work')
    .select(['id', 'kind'])
    .where('lane', '=', lane)
    .where('state', '=', 'behind')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (!next) return;
  await table.updateTable('work').set({ state: 'waiting' }).where('id', '=', next.id).execute();
  unit.notify(workChannel, next.kind);
}
