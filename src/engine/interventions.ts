import type { Unit } from '../storage/index.ts';
import { applyNow } from './apply-now.ts';
import { mayCancel } from './decide/index.ts';
import { holders } from './lock-queue.ts';
import { rolloutCore } from './rows.ts';
import type { Session } from './session.ts';
import type { SessionContext } from './session-context.ts';
import type { EngineTables } from './tables.ts';

/** Asks a rollout to cancel, in the caller's unit; false when it has ended or may not be cancelled any more. */
export async function cancelRollout(
  unit: Unit,
  context: SessionContext,
  rolloutId: string,
  by: string,
): Promise<boolean> {
  const found = await unit
    .tables<EngineTables>()
    .selectFrom('rollout')
    .select('number')
    .where('id', '=', rolloutId)
    .where('live', '=', 1)
    .executeTakeFirst();
  if (!found) return false;
  const heard = await applyNow(unit, context, found.number, {
    run: async (session) => {
      if (!mayCancel({ rules: session.open.rules, rollout: rolloutCore(session.row) })) return false;
      await session.feed({ kind: 'cancel-asked', at: unit.now, by });
      await record(session, 'rollout.cancel', by, {});
      return true;
    },
  });
  return heard ?? false;
}

/** Takes a lock from its holder, in the caller's unit; false when nobody holds it. */
export async function breakLock(
  unit: Unit,
  context: SessionContext,
  name: string,
  by: string,
): Promise<boolean> {
  const holder = (await holders(unit, [name])).get(name);
  if (!holder) return false;
  const broken = await applyNow(unit, context, holder.rollout, {
    run: async (session) => {
      // Who waits for its other locks stands first in this queue, but nobody works under the lock yet.
      if (session.row.state === 'queued') return false;
      await unit.tables<EngineTables>().deleteFrom('lock_queue').where('id', '=', holder.id).execute();
      session.freed.push(name);
      await session.feed({ kind: 'lock-broken', at: unit.now });
      await record(session, 'lock.break', by, { lock: name });
      return true;
    },
  });
  return broken ?? false;
}

async function record(
  session: Session,
  action: string,
  who: string,
  detail: Record<string, string>,
): Promise<void> {
  const { row, unit, context } = session;
  await context.parts.ledger.append(unit, {
    who,
    dialect: row.dialect,
    action,
    resource: row.resource,
    subject: row.title,
    outcome: 'done',
    detail: { rollout: row.id, ...detail },
  });
}
