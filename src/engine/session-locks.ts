import { holders, leaveByHostRuns } from './lock-queue.ts';
import type { Session } from './session.ts';

/** Lets the locks of ended host runs go; to be done before any look at a queue, and at the end. */
export async function letLocksGo(session: Session): Promise<void> {
  const released = session.released.splice(0);
  if (released.length > 0) session.freed.push(...(await leaveByHostRuns(session.unit, released)));
}

/** After the commit, whoever became first in a queue looks whether it can go on. */
export async function pokeNextHolders(session: Session): Promise<void> {
  await letLocksGo(session);
  const freed = session.freed.splice(0);
  if (freed.length === 0) return;
  const next = [...(await holders(session.unit, freed)).values()];
  const { context } = session;
  session.unit.afterCommit(() => {
    for (const place of next) context.poke(place.rollout, place.host_run);
  });
}
