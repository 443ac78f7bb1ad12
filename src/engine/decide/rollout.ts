import type { EndReason } from '../states.ts';
import { type Draft, rulesOfStage } from './draft.ts';

/** A rollout that still runs becomes one that fails; one that is failing or cancelling keeps its first reason. */
export function turnToFailing(draft: Draft, reason: EndReason, text: string | null): void {
  turn(draft, 'failing', reason, text);
}

/** A rollout that still runs becomes one that is cancelled. */
export function turnToCancelling(draft: Draft, reason: EndReason, text: string | null): void {
  turn(draft, 'cancelling', reason, text);
}

function turn(draft: Draft, state: 'failing' | 'cancelling', reason: EndReason, text: string | null): void {
  const { rollout } = draft;
  if (rollout.state !== 'queued' && rollout.state !== 'running') return;
  rollout.state = state;
  rollout.reason = reason;
  rollout.reasonText = text ?? stageText(draft, reason);
}

function stageText(draft: Draft, reason: EndReason): string | null {
  return reason === 'stage-failed' ? `Stage ${draft.rollout.stage + 1} failed.` : null;
}

/**
 * Goes on behind the stage that has ended (or, from `queued`, to the first): to the next ordinary stage while the
 * rollout runs, to the next compensation after a failure or a cancel, never to one behind a final stage that failed.
 */
export function enterNextStage(draft: Draft): void {
  const { rollout, rules } = draft;
  const from = rollout.stage + 1;
  const to = nextStage(draft, from);
  if (to < rules.stages.length && rules.stages[to]?.final && rollout.lockBroken) {
    passOver(draft, from, to);
    rollout.stage = to - 1;
    turnToFailing(draft, 'lock-broken', 'A lock was taken away before the final stage.');
    enterNextStage(draft);
    return;
  }
  passOver(draft, from, to);
  rollout.stage = to;
  if (to < rules.stages.length) draft.commands.push({ do: 'enter-stage', stage: to });
  else finish(draft);
}

/** Ends a rollout that has not begun: nothing ran, so nothing is compensated. */
export function endUnbegun(draft: Draft): void {
  passOver(draft, 0, draft.rules.stages.length);
  draft.rollout.stage = draft.rules.stages.length;
  finish(draft);
}

function nextStage(draft: Draft, from: number): number {
  const { rollout, rules } = draft;
  const compensating = rollout.state !== 'running';
  if (compensating && rulesOfStage(draft)?.final) return rules.stages.length;
  const found = rules.stages.findIndex(
    (stage, index) => index >= from && stage.compensation === compensating,
  );
  return found === -1 ? rules.stages.length : found;
}

function passOver(draft: Draft, from: number, to: number): void {
  if (to <= from) return;
  const { state, reason } = draft.rollout;
  draft.commands.push({
    do: 'pass-over',
    from,
    to,
    reason: state === 'running' ? null : state === 'cancelling' ? reason : 'stage-failed',
  });
}

function finish(draft: Draft): void {
  const { rollout } = draft;
  rollout.endedAt = draft.at;
  if (rollout.state === 'running') rollout.state = 'succeeded';
  else rollout.state = rollout.state === 'cancelling' ? 'cancelled' : 'failed';
  draft.commands.push({ do: 'release-rollout' });
}
