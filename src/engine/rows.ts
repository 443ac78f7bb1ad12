import type { Selectable } from 'kysely';
import type { HostRunCore, RolloutCore, StageCore, StepRules } from './decide/index.ts';
import type { HostRunTable, RolloutTable, StageRunTable, StepRunTable } from './tables.ts';

export type RolloutRow = Selectable<RolloutTable>;
export type StageRunRow = Selectable<StageRunTable>;
export type HostRunRow = Selectable<HostRunTable>;
export type StepRunRow = Selectable<StepRunTable>;

/** The rollout as `decide` sees it. */
export function rolloutCore(row: RolloutRow): RolloutCore {
  return {
    state: row.state,
    stage: row.stage,
    reason: row.reason,
    reasonText: row.reason_text,
    lockBroken: row.lock_broken === 1,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

/** Puts what was decided back into the row. */
export function putRollout(row: RolloutRow, core: RolloutCore): void {
  row.state = core.state;
  row.stage = core.stage;
  row.reason = core.reason;
  row.reason_text = core.reasonText;
  row.lock_broken = core.lockBroken ? 1 : 0;
  row.started_at = core.startedAt;
  row.ended_at = core.endedAt;
  row.live = core.endedAt === null ? 1 : 0;
}

/** A stage as `decide` sees it. */
export function stageCore(row: StageRunRow): StageCore {
  return {
    state: row.state,
    queued: row.queued,
    locking: row.locking,
    offered: row.offered,
    held: row.held,
    succeeded: row.succeeded,
    failed: row.failed,
    cancelled: row.cancelled,
    skipped: row.skipped,
    spoiled: row.spoiled === 1,
    startedAt: row.started_at,
    deadlineAt: row.deadline_at,
    endedAt: row.ended_at,
  };
}

/** Writes what `decide` made of a stage into its row. */
export function putStage(row: StageRunRow, core: StageCore): void {
  row.state = core.state;
  row.queued = core.queued;
  row.locking = core.locking;
  row.offered = core.offered;
  row.held = core.held;
  row.succeeded = core.succeeded;
  row.failed = core.failed;
  row.cancelled = core.cancelled;
  row.skipped = core.skipped;
  row.spoiled = core.spoiled ? 1 : 0;
  row.started_at = core.startedAt;
  row.deadline_at = core.deadlineAt;
  row.ended_at = core.endedAt;
}

/** A host run as `decide` sees it. */
export function hostRunCore(row: HostRunRow, steps: readonly StepRules[]): HostRunCore {
  return {
    state: row.state,
    phase: row.phase,
    steps,
    nextStep: row.next_step,
    fencingToken: row.fencing_token,
    cancelAsked: row.cancel_asked === 1,
    reason: row.reason,
    reasonText: row.reason_text,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

/** Writes what `decide` made of a host run into its row. */
export function putHostRun(row: HostRunRow, core: HostRunCore): void {
  if (core.fencingToken !== row.fencing_token) row.sequence = 0;
  row.state = core.state;
  row.phase = core.phase;
  row.next_step = core.nextStep;
  row.fencing_token = core.fencingToken;
  row.cancel_asked = core.cancelAsked ? 1 : 0;
  row.reason = core.reason;
  row.reason_text = core.reasonText;
  row.started_at = core.startedAt;
  row.ended_at = core.endedAt;
  if (core.phase !== 'leased') row.lease_until = null;
}
