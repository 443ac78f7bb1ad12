import type { Reader, Storage, Unit } from '../storage/index.ts';
import { workChannel } from './enqueue.ts';
import type { DeadLetter } from './work.ts';
import type { WorkTables } from './work-table.ts';

/** A page of dead pieces, newest first. */
export async function listDeadLetters(
  reader: Reader,
  page: { limit: number; before?: number },
): Promise<DeadLetter[]> {
  const rows = await reader
    .tables<WorkTables>()
    .selectFrom('work')
    .select(['id', 'kind', 'project', 'attempt', 'reason', 'died_at'])
    .where('state', '=', 'dead')
    .where('id', '<', page.before ?? Number.MAX_SAFE_INTEGER)
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    project: row.project,
    reason: row.reason ?? '',
    tries: row.attempt,
    diedAt: row.died_at ?? 0,
  }));
}

/** Dead pieces are kept for 30 days, so that somebody can look at them and let them run again. */
export const deadLetterRetention = 30 * 24 * 3_600_000;

const forgottenAtOnce = 500;

/** Removes the pieces that died before a moment (epoch milliseconds). */
export async function forgetDeadLetters(storage: Storage, diedBefore: number): Promise<void> {
  for (let forgotten = forgottenAtOnce; forgotten === forgottenAtOnce; ) {
    forgotten = await storage.write(async (unit) => {
      const work = unit.tables<WorkTables>();
      const old = await work
        .selectFrom('work')
        .select('id')
        .where('state', '=', 'dead')
        .where('died_at', '<', diedBefore)
        .orderBy('id')
        .limit(forgottenAtOnce)
        .execute();
      const ids = old.map(({ id }) => id);
      if (ids.length > 0) await work.deleteFrom('work').where('id', 'in', ids).execute();
      return ids.length;
    });
  }
}

/** A dead piece waits again, with all its tries; it has lost its place in its lane. */
export async function reviveDeadLetter(unit: Unit, id: number): Promise<boolean> {
  const work = unit.tables<WorkTables>();
  const row = await work
    .selectFrom('work')
    .select(['kind', 'once_key'])
    .where('id', '=', id)
    .where('state', '=', 'dead')
    .executeTakeFirst();
  if (!row) return false;
  await work
    .updateTable('work')
    .set({
      state: 'waiting',
      attempt: 0,
      not_before: unit.now,
      reason: null,
      died_at: null,
      once_key: null,
      lane: null,
    })
    .where('id', '=', id)
    .execute();
  unit.notify(workChannel, row.kind);
  return true;
}
