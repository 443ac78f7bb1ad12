import type { Input } from './driver.ts';
import { freeHostRuns, holdsItsLocks, nextLockDeadline, overdueLock } from './lock-queue.ts';
import type { Session } from './session.ts';
import { waitingForLocks } from './session-rows.ts';

/** A rollout looks whether it can go on: it was accepted, or a lock became free. */
export function poke(hostRun: number | null): Input<void> {
  return {
    hostRuns: hostRun === null ? [] : [hostRun],
    run: async (session) => {
      if (session.row.state === 'queued') await start(session);
      else if (hostRun !== null) await grant(session, [hostRun]);
    },
  };
}

/** A rollout looks at everything that it may wait for: words about it may be lost with a server. */
export function pokeAll(): Input<void> {
  return {
    run: async (session) => {
      const { row, unit } = session;
      if (row.state === 'queued') await start(session);
      else await grant(session, await waitingForLocks(unit, row));
      await due.run(session);
    },
  };
}

/** The time of a stage, or of the wait for a lock, may have run out. */
export const due: Input<void> = {
  run: async (session) => {
    const { unit, row } = session;
    if (row.due_at === null || row.due_at > unit.now) return;
    if (row.state !== 'queued') {
      await session.feed({ kind: 'stage-timeout', at: unit.now });
      return;
    }
    const lock = await overdueLock(unit, row.number);
    if (lock !== undefined) {
      await session.feed({ kind: 'lock-timeout', at: unit.now, lock });
    } else {
      row.due_at = await nextLockDeadline(unit, row.number);
      session.rolloutDirty = true;
    }
  },
};

async function start(session: Session): Promise<void> {
  if (!(await holdsItsLocks(session.unit, session.row.number))) return;
  await session.feed({ kind: 'locks-granted', at: session.unit.now });
}

async function grant(session: Session, ids: readonly number[]): Promise<void> {
  await session.preload(ids);
  const waiting = ids
    .flatMap((id) => session.hostRuns.get(id) ?? [])
    .filter((row) => row.phase === 'locking');
  const free = await freeHostRuns(
    session.unit,
    waiting.map((row) => row.id),
  );
  const up = await session.up(waiting);
  for (const row of waiting) {
    if (!free.has(row.id)) continue;
    await session.feed({ kind: 'lock-granted', at: session.unit.now, up: up.has(row.id) }, row);
  }
}
