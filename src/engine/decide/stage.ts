import type { EndReason } from '../states.ts';
import { type Draft, type RunningStage, rulesOfStage } from './draft.ts';
import { enterNextStage, turnToFailing } from './rollout.ts';
import type { StageCore } from './situation.ts';

/** Host runs of the stage that have not ended. */
export function unended(stage: StageCore): number {
  return stage.queued + stage.locking + stage.offered + stage.held;
}

/** How many more host runs the window takes now. */
export function room(stage: StageCore, concurrency: number): number {
  const inWindow = stage.locking + stage.offered + stage.held;
  return concurrency === 0 ? stage.queued : Math.max(0, Math.min(stage.queued, concurrency - inWindow));
}

/** The stage's turn has come: it is expanded and narrowed first when its rules say so. */
export function begin(draft: Draft, stage: RunningStage): void {
  const rules = rulesOfStage(draft);
  if (!rules) return;
  stage.state = 'running';
  stage.startedAt = draft.at;
  stage.deadlineAt = rules.timeoutSeconds === null ? null : draft.at + rules.timeoutSeconds * 1000;
  if (rules.deferred) draft.commands.push({ do: 'expand' });
  else narrow(draft, stage);
}

/** The stage's steps are known. */
export function narrow(draft: Draft, stage: RunningStage): void {
  if (rulesOfStage(draft)?.select === 'one' && stage.queued > 1) draft.commands.push({ do: 'choose-one' });
  else settle(draft, stage);
}

/** `count` queued host runs are not part of the stage any more. */
export function leaveOut(stage: RunningStage, count: number): void {
  stage.queued -= count;
  stage.skipped += count;
}

/** After every change of the counters: admits whoever has room, or ends the stage. */
export function settle(draft: Draft, stage: RunningStage): void {
  if (stage.state !== 'running') return;
  if (unended(stage) === 0) {
    leave(draft, stage);
    return;
  }
  const count = room(stage, rulesOfStage(draft)?.concurrency ?? 0);
  if (count > 0) draft.commands.push({ do: 'admit', count });
}

/** A host run of the stage has failed: what the stage's rule asks for. */
export function hearFailure(draft: Draft, stage: RunningStage): void {
  const rule = rulesOfStage(draft)?.onFailure;
  if (rule === 'continue') return;
  turnToFailing(draft, 'stage-failed', null);
  endUnheld(draft, stage, 'stage-failed');
  if (rule === 'abort') cancelHeld(draft, stage, 'stage-failed');
}

/** Ends, without waiting for anybody, what nobody holds. */
export function endUnheld(draft: Draft, stage: RunningStage, reason: EndReason): void {
  const count = stage.queued + stage.locking + stage.offered;
  if (count === 0) return;
  stage.cancelled += count;
  stage.queued = 0;
  stage.locking = 0;
  stage.offered = 0;
  draft.commands.push({ do: 'end-unheld', stage: draft.rollout.stage, reason });
}

/** Asks whoever holds a host run to cancel it. */
export function cancelHeld(draft: Draft, stage: RunningStage, reason: EndReason): void {
  if (stage.held > 0) draft.commands.push({ do: 'cancel-held', stage: draft.rollout.stage, reason });
}

/** Fails the stage as a whole: nobody starts any more, the running ones are cancelled. */
export function spoil(draft: Draft, stage: RunningStage, reason: EndReason, text: string | null): void {
  stage.spoiled = true;
  stage.deadlineAt = null;
  turnToFailing(draft, reason, text);
  endUnheld(draft, stage, reason);
  cancelHeld(draft, stage, reason);
  settle(draft, stage);
}

function leave(draft: Draft, stage: RunningStage): void {
  stage.endedAt = draft.at;
  stage.deadlineAt = null;
  if (stage.failed > 0 || stage.spoiled) stage.state = 'failed';
  else if (stage.cancelled > 0) stage.state = 'cancelled';
  else stage.state = 'succeeded';
  if (stage.state !== 'succeeded') turnToFailing(draft, 'stage-failed', null);
  enterNextStage(draft);
}
