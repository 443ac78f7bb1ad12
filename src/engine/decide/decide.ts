import { rolloutEnded } from '../states.ts';
import { type Draft, decisionOf, draftOf, rulesOfStage } from './draft.ts';
import {
  admit,
  endDown,
  endLease,
  endStep,
  grantLock,
  lease,
  lose,
  returnLease,
  startStep,
} from './host-run.ts';
import { endUnbegun, enterNextStage, turnToCancelling, turnToFailing } from './rollout.ts';
import type { Decision, EngineEvent, Situation } from './situation.ts';
import { begin, cancelHeld, endUnheld, leaveOut, narrow, settle, spoil } from './stage.ts';

/**
 * What happens next to a rollout: the one place of all rules of order, concurrency, failure, cancellation and
 * compensation (design 3.1, 3.2). Pure. An event that does not fit the situation (a late report, a second cancel)
 * changes nothing and commands nothing.
 */
export function decide(situation: Situation, event: EngineEvent): Decision {
  const draft = draftOf(situation, event.at);
  if (!rolloutEnded(draft.rollout.state)) apply(draft, event);
  return decisionOf(draft);
}

function apply(draft: Draft, event: EngineEvent): void {
  if (event.kind === 'lock-broken') {
    draft.rollout.lockBroken = true;
    return;
  }
  if (draft.rollout.state === 'queued') applyQueued(draft, event);
  else applyRunning(draft, event);
}

function applyQueued(draft: Draft, event: EngineEvent): void {
  switch (event.kind) {
    case 'locks-granted':
      draft.rollout.state = 'running';
      draft.rollout.startedAt = draft.at;
      enterNextStage(draft);
      break;
    case 'lock-timeout':
      turnToFailing(draft, 'lock-timeout', `The lock ${event.lock} was not free in time.`);
      endUnbegun(draft);
      break;
    case 'cancel-asked':
      turnToCancelling(draft, 'cancelled', `Cancelled by ${event.by}.`);
      endUnbegun(draft);
      break;
    case 'server-lost':
      loseWhileQueued(draft);
      break;
  }
}

function applyRunning(draft: Draft, event: EngineEvent): void {
  const { stage, hostRun } = draft;
  if (!stage) return;
  switch (event.kind) {
    case 'cancel-asked':
      cancel(draft, `Cancelled by ${event.by}.`, 'cancelled');
      break;
    case 'server-lost':
      loseWhileRunning(draft);
      break;
    case 'stage-entered':
      if (stage.state === 'waiting') begin(draft, stage);
      break;
    case 'expanded':
      leaveOut(stage, event.leftOut);
      narrow(draft, stage);
      break;
    case 'expand-refused':
      spoil(draft, stage, 'expand', event.text);
      break;
    case 'chosen':
      leaveOut(stage, event.leftOut);
      settle(draft, stage);
      break;
    case 'stage-timeout':
      if (stage.deadlineAt !== null && draft.at >= stage.deadlineAt) {
        spoil(draft, stage, 'timeout', `Stage ${draft.rollout.stage + 1} took longer than it may.`);
      }
      break;
    default:
      if (hostRun && stage.state === 'running') applyToHostRun(draft, event);
  }
}

function applyToHostRun(draft: Draft, event: EngineEvent): void {
  const { stage, hostRun } = draft;
  if (!stage || !hostRun) return;
  switch (event.kind) {
    case 'admitted':
      admit(draft, stage, hostRun, event.up, event.free);
      break;
    case 'lock-granted':
      grantLock(draft, stage, hostRun, event.up);
      break;
    case 'host-down':
      endDown(draft, stage, hostRun);
      break;
    case 'leased':
      lease(draft, stage, hostRun);
      break;
    case 'leased-again':
      if (hostRun.phase === 'leased' && !hostRun.cancelAsked) hostRun.fencingToken += 1;
      break;
    case 'step-started':
      startStep(draft, hostRun, event.index);
      break;
    case 'step-ended':
      endStep(draft, stage, hostRun, event.index, event.outcome);
      break;
    case 'lease-returned':
      returnLease(draft, stage, hostRun);
      break;
    case 'lease-ended':
      endLease(draft, stage, hostRun);
      break;
    case 'lost':
      lose(draft, stage, hostRun, event.text);
      break;
  }
}

/** Whether a cancel would be heard now: not in a final stage, not while compensation runs. */
export function mayCancel(situation: Situation): boolean {
  const { rollout } = situation;
  if (rollout.state === 'queued') return true;
  const rules = situation.rules.stages[rollout.stage];
  return (
    (rollout.state === 'running' || rollout.state === 'failing') &&
    !!rules &&
    !rules.final &&
    !rules.compensation
  );
}

function cancel(draft: Draft, text: string | null, reason: 'cancelled' | 'server-lost'): void {
  const { stage } = draft;
  if (!stage || !mayCancel(draft)) return;
  turnToCancelling(draft, reason, text);
  endUnheld(draft, stage, reason);
  cancelHeld(draft, stage, reason);
  settle(draft, stage);
}

const lostText = 'The server that drove the rollout was lost.';

function loseWhileQueued(draft: Draft): void {
  const policy = draft.rules.onServerLossWhileQueued;
  if (policy === 'resume') return;
  if (policy === 'fail') turnToFailing(draft, 'server-lost', lostText);
  else turnToCancelling(draft, 'server-lost', lostText);
  endUnbegun(draft);
}

function loseWhileRunning(draft: Draft): void {
  const rules = rulesOfStage(draft);
  if (!rules || rules.final || rules.compensation || draft.rollout.state !== 'running' || !draft.stage)
    return;
  if (rules.onServerLoss === 'fail') spoil(draft, draft.stage, 'server-lost', lostText);
  else if (rules.onServerLoss === 'cancel') cancel(draft, lostText, 'server-lost');
}
