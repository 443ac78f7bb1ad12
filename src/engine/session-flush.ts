import { channels, notifyList } from './channels.ts';
import type { Session } from './session.ts';
import { pokeNextHolders } from './session-locks.ts';
import { storeHostRuns } from './session-many.ts';
import { writeRollout, writeStage, writeStepRuns } from './session-rows.ts';
import { rolloutEnded } from './states.ts';

/** Stores all that the session changed, tells the owner within the unit, and everybody else after the commit. */
export async function flush(session: Session): Promise<void> {
  const { unit, row } = session;
  await storeHostRuns(session);
  await storeStepRuns(session);
  for (const stage of session.dirtyStages) await writeStage(unit, stage);
  if (session.rolloutDirty) {
    if (row.state !== 'queued') row.due_at = session.runningStage?.deadline_at ?? null;
    await writeRollout(unit, row);
  }
  await pokeNextHolders(session);
  await tellOwner(session);
  notifyList(unit, channels.offers, session.offers);
  notifyList(unit, channels.cancels, [...new Set(session.cancels)]);
  notifyList(unit, channels.serverSteps, session.stopped);
  if (session.rolloutDirty) {
    unit.notify(channels.rollouts, rolloutEnded(row.state) ? `${row.id} ended` : row.id);
  }
}

/** Stores steps that began or ended. */
export async function storeStepRuns(session: Session): Promise<void> {
  const rows = [...session.stepRuns.values()];
  session.stepRuns.clear();
  await writeStepRuns(session.unit, rows);
}

async function tellOwner(session: Session): Promise<void> {
  const owner = session.context.owner(session.row.dialect, session.row.noun);
  if (!owner?.onTransition) return;
  for (const transition of session.transitions) await owner.onTransition(session.unit, transition);
}
