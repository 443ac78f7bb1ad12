import type { HostRunPhase } from './decide/index.ts';
import type { HostRunRow } from './rows.ts';
import type { Session } from './session.ts';
import { writeHostRuns } from './session-rows.ts';
import type { EndReason, HostRunState } from './states.ts';
import type { EngineTables } from './tables.ts';

/** With the state `waiting`: nobody has begun with it. Between two segments `offered` is held. */
const unheld: readonly HostRunPhase[] = ['queued', 'locking', 'offered'];

/** Ends all host runs of a stage that have not begun and that nobody holds. */
export async function endUnheld(session: Session, stage: number, reason: EndReason): Promise<void> {
  session.ahead = [];
  await endMany(session, stage, { state: 'cancelled', reason, text: null });
}

/** Marks the held host runs of a stage as to be cancelled; one that is failing already is left alone. */
export async function cancelHeld(session: Session, stage: number, reason: EndReason): Promise<void> {
  await storeHostRuns(session);
  const rows = await session.unit
    .tables<EngineTables>()
    .updateTable('host_run')
    .set({ cancel_asked: 1, reason })
    .where('rollout', '=', session.row.number)
    .where('stage', '=', stage)
    .where((held) =>
      held.or([
        held('phase', 'in', ['leased', 'server']),
        held.and([held('phase', '=', 'offered'), held('state', '=', 'running')]),
      ]),
    )
    .where('cancel_asked', '=', 0)
    .where('reason', 'is', null)
    .returning(['id', 'host', 'phase'])
    .execute();
  for (const { id, host, phase } of rows) {
    const known = session.hostRuns.get(id);
    if (known) Object.assign(known, { cancel_asked: 1, reason });
    if (phase === 'server') session.stopped.push(id);
    else if (phase === 'leased' && host !== null) session.cancels.push(host);
  }
}

/** Ends the host runs of stages that will not run, and the stages. */
export async function passOver(
  session: Session,
  from: number,
  to: number,
  reason: EndReason | null,
): Promise<void> {
  for (let index = from; index < to; index += 1) {
    const stage = await session.stage(index);
    const skipped = reason === null || session.plan.stages[index]?.compensation === true;
    const state = skipped ? 'skipped' : 'cancelled';
    await endMany(session, index, { state, reason: skipped ? null : reason, text: null });
    stage[state] += stage.queued;
    stage.queued = 0;
    stage.state = state;
    stage.ended_at = session.unit.now;
    session.dirtyStages.add(stage);
  }
}

/** Host runs that a stage does without; the stage's counters are `decide`'s matter. */
export async function leaveOut(session: Session, ids: readonly number[], text: string): Promise<void> {
  for (let from = 0; from < ids.length; from += 500) {
    await endMany(
      session,
      session.row.stage,
      { state: 'skipped', reason: null, text },
      ids.slice(from, from + 500),
    );
  }
}

/** Closes the steps of a host run that were running when its holder went away. */
export async function interruptSteps(
  session: Session,
  hostRun: HostRunRow,
  reason: EndReason,
): Promise<void> {
  const ended_at = session.unit.now;
  for (const step of session.stepRuns.values()) {
    if (step.host_run === hostRun.id && step.state === 'running') {
      Object.assign(step, { state: 'interrupted', reason, ended_at });
    }
  }
  await session.unit
    .tables<EngineTables>()
    .updateTable('step_run')
    .set({ state: 'interrupted', reason, ended_at })
    .where('host_run', '=', hostRun.id)
    .where('state', '=', 'running')
    .execute();
}

/** Stores what was decided of host runs so far, so that a statement over many of them sees it. */
export async function storeHostRuns(session: Session): Promise<void> {
  const rows = [...session.dirtyHostRuns];
  session.dirtyHostRuns.clear();
  await writeHostRuns(session.unit, rows);
}

async function endMany(
  session: Session,
  stage: number,
  end: { state: HostRunState; reason: EndReason | null; text: string | null },
  ids?: readonly number[],
): Promise<void> {
  await storeHostRuns(session);
  const ended: Partial<HostRunRow> = {
    state: end.state,
    phase: 'ended',
    reason: end.reason,
    reason_text: end.text,
    ended_at: session.unit.now,
  };
  let query = session.unit
    .tables<EngineTables>()
    .updateTable('host_run')
    .set(ended)
    .where('rollout', '=', session.row.number)
    .where('stage', '=', stage)
    .where('phase', 'in', unheld)
    .where('state', '=', 'waiting');
  if (ids) query = query.where('id', 'in', ids);
  for (const row of await query.returningAll().execute()) {
    const known = session.hostRuns.get(row.id);
    if (known) Object.assign(known, ended);
    session.released.push(row.id);
    session.tellHostRun(known ?? row);
  }
}
