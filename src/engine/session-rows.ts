import type { Unit } from '../storage/index.ts';
import { rowChunks } from './row-chunks.ts';
import type { HostRunRow, RolloutRow, StageRunRow, StepRunRow } from './rows.ts';
import type { EngineTables } from './tables.ts';

/** Takes the rollout's row for this unit: nobody else decides about it until the unit ends. */
export async function takeRollout(unit: Unit, number: number): Promise<RolloutRow | undefined> {
  const query = unit.tables<EngineTables>().selectFrom('rollout').selectAll().where('number', '=', number);
  return (unit.flavor.engine === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
}

/** The row of one stage; it must be there. */
export async function readStage(unit: Unit, rollout: number, stage: number): Promise<StageRunRow> {
  return unit
    .tables<EngineTables>()
    .selectFrom('stage_run')
    .selectAll()
    .where('rollout', '=', rollout)
    .where('stage', '=', stage)
    .executeTakeFirstOrThrow();
}

/** The rows of these host runs, in no particular order. */
export async function readHostRuns(unit: Unit, ids: readonly number[]): Promise<HostRunRow[]> {
  const rows: HostRunRow[] = [];
  for (const chunk of rowChunks(ids)) {
    rows.push(
      ...(await unit
        .tables<EngineTables>()
        .selectFrom('host_run')
        .selectAll()
        .where('id', 'in', chunk)
        .execute()),
    );
  }
  return rows;
}

/** The next host runs of a stage whose turn has not come, in their order. */
export async function readQueued(
  unit: Unit,
  rollout: number,
  stage: number,
  behind: number,
  limit: number,
): Promise<HostRunRow[]> {
  return unit
    .tables<EngineTables>()
    .selectFrom('host_run')
    .selectAll()
    .where('rollout', '=', rollout)
    .where('stage', '=', stage)
    .where('position', '>', behind)
    .where('phase', '=', 'queued')
    .orderBy('position')
    .limit(limit)
    .execute();
}

/** Stores what changed in a rollout. */
export async function writeRollout(unit: Unit, row: RolloutRow): Promise<void> {
  await unit
    .tables<EngineTables>()
    .updateTable('rollout')
    .set({
      state: row.state,
      live: row.live,
      stage: row.stage,
      reason: row.reason,
      reason_text: row.reason_text,
      lock_broken: row.lock_broken,
      driver: row.driver,
      started_at: row.started_at,
      ended_at: row.ended_at,
      due_at: row.due_at,
    })
    .where('number', '=', row.number)
    .execute();
}

/** Stores what changed in a stage. */
export async function writeStage(unit: Unit, row: StageRunRow): Promise<void> {
  const { rollout, stage, ...change } = row;
  await unit
    .tables<EngineTables>()
    .updateTable('stage_run')
    .set(change)
    .where('rollout', '=', rollout)
    .where('stage', '=', stage)
    .execute();
}

/** Writes changed host runs; a renewal that another process stored meanwhile stays. */
export async function writeHostRuns(unit: Unit, rows: readonly HostRunRow[]): Promise<void> {
  for (const chunk of rowChunks(rows)) {
    await unit
      .tables<EngineTables>()
      .insertInto('host_run')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((set) => ({
          state: set.ref('excluded.state'),
          phase: set.ref('excluded.phase'),
          next_step: set.ref('excluded.next_step'),
          fencing_token: set.ref('excluded.fencing_token'),
          sequence: set.ref('excluded.sequence'),
          lease_until: set
            .case()
            .when(
              set.and([
                set('excluded.lease_until', 'is not', null),
                set('excluded.fencing_token', '=', set.ref('host_run.fencing_token')),
              ]),
            )
            .then(set.ref('host_run.lease_until'))
            .else(set.ref('excluded.lease_until'))
            .end(),
          leased_at: set.ref('excluded.leased_at'),
          cancel_asked: set.ref('excluded.cancel_asked'),
          reason: set.ref('excluded.reason'),
          reason_text: set.ref('excluded.reason_text'),
          started_at: set.ref('excluded.started_at'),
          ended_at: set.ref('excluded.ended_at'),
        })),
      )
      .execute();
  }
}

/** Writes steps that began or ended; the end of a step keeps the time of its start. */
export async function writeStepRuns(unit: Unit, rows: readonly StepRunRow[]): Promise<void> {
  for (const chunk of rowChunks(rows)) {
    await unit
      .tables<EngineTables>()
      .insertInto('step_run')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns(['host_run', 'step']).doUpdateSet((set) => ({
          state: set.ref('excluded.state'),
          exit_code: set.ref('excluded.exit_code'),
          reason: set.ref('excluded.reason'),
          reason_text: set.ref('excluded.reason_text'),
          started_at: set.fn.coalesce('step_run.started_at', 'excluded.started_at'),
          ended_at: set.ref('excluded.ended_at'),
          stdout_bytes: set.ref('excluded.stdout_bytes'),
          stderr_bytes: set.ref('excluded.stderr_bytes'),
          value: set.ref('excluded.value'),
        })),
      )
      .execute();
  }
}

/** The host runs of the running stage that wait for their host's lock. */
export async function waitingForLocks(
  unit: Unit,
  rollout: Pick<RolloutRow, 'number' | 'stage'>,
): Promise<number[]> {
  const rows = await unit
    .tables<EngineTables>()
    .selectFrom('host_run')
    .select('id')
    .where('rollout', '=', rollout.number)
    .where('stage', '=', rollout.stage)
    .where('phase', '=', 'locking')
    .orderBy('position')
    .execute();
  return rows.map((row) => row.id);
}
