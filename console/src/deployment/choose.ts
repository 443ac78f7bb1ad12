import type { HostRunView, RolloutView, StageView, StepRunView } from '../api.ts';

/** Names one cell of the matrix. */
export interface CellReference {
  readonly hostRunId: number;
  readonly stepIndex: number;
}

/** A cell with all that it stands in. */
export interface Cell {
  readonly stage: StageView;
  readonly hostRun: HostRunView;
  readonly step: StepRunView;
}

/** The cell that `reference` names; undefined when the rollout has none such. */
export function findCell(rollout: RolloutView, reference: CellReference): Cell | undefined {
  for (const stage of rollout.stages) {
    const hostRun = stage.hostRuns.find(({ id }) => id === reference.hostRunId);
    const step = hostRun?.steps.find(({ index }) => index === reference.stepIndex);
    if (hostRun !== undefined && step !== undefined) return { stage, hostRun, step };
  }
  return undefined;
}

/**
 * The cell whose output a reader most likely wants while they have chosen none: what went wrong first, else what
 * runs now, else what ran last.
 */
export function likelyCell(rollout: RolloutView): Cell | undefined {
  let running: Cell | undefined;
  let last: Cell | undefined;
  for (const stage of rollout.stages) {
    for (const hostRun of stage.hostRuns) {
      for (const step of hostRun.steps) {
        const cell = { stage, hostRun, step };
        if (step.state === 'failed' || step.state === 'interrupted') return cell;
        if (step.state === 'running') running ??= cell;
        if (step.endedAt !== null && step.endedAt > (last?.step.endedAt ?? 0)) last = cell;
      }
    }
  }
  return running ?? last;
}
