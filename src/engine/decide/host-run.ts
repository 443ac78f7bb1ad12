import { type EndReason, type HostRunState, hostRunEnded } from '../states.ts';
import { type ConcernedHostRun, type Draft, type RunningStage, rulesOfStage } from './draft.ts';
import type { StepOutcome, StepRules } from './situation.ts';
import { hearFailure, settle } from './stage.ts';

/** Its place in the window has come. */
export function admit(
  draft: Draft,
  stage: RunningStage,
  hostRun: ConcernedHostRun,
  up: boolean,
  free: boolean,
): void {
  if (hostRun.phase !== 'queued') return;
  if (!up) {
    endDown(draft, stage, hostRun);
    return;
  }
  if (!free) place(stage, hostRun, 'locking');
  else startNextSegment(draft, stage, hostRun);
  settle(draft, stage);
}

/** The host's lock is free for it. */
export function grantLock(draft: Draft, stage: RunningStage, hostRun: ConcernedHostRun, up: boolean): void {
  if (hostRun.phase !== 'locking') return;
  if (up) startNextSegment(draft, stage, hostRun);
  else endDown(draft, stage, hostRun);
}

/** The host is down and has not taken the lease. */
export function endDown(draft: Draft, stage: RunningStage, hostRun: ConcernedHostRun): void {
  if (hostRun.phase !== 'queued' && hostRun.phase !== 'locking' && hostRun.phase !== 'offered') return;
  if (endCancelled(draft, stage, hostRun)) return;
  if (hostRun.state === 'running') draft.commands.push({ do: 'interrupt-steps', reason: 'unreachable' });
  const skipped = hostRun.state === 'waiting' && rulesOfStage(draft)?.whenDown === 'skip';
  end(
    draft,
    stage,
    hostRun,
    skipped ? 'skipped' : 'failed',
    'unreachable',
    'The agent of the host does not answer.',
  );
}

/** How often a host run is offered again whose agent has given it back. */
const mostReturns = 3;

/**
 * The agent was started again, has no text of the lease any more, and may begin the next step, also where that had begun
 * (it is idempotent): the rest is offered anew, some times.
 */
export function returnLease(draft: Draft, stage: RunningStage, hostRun: ConcernedHostRun): void {
  const isAgents = hostRun.steps[hostRun.nextStep]?.where === 'agent';
  const isLeft = hostRun.phase === 'leased' && isAgents && !failed(hostRun) && !hostRun.cancelAsked;
  if (!isLeft || hostRun.fencingToken >= segmentsSoFar(hostRun) + mostReturns) {
    endLease(draft, stage, hostRun);
    return;
  }
  run(draft, hostRun);
  startNextSegment(draft, stage, hostRun);
}

/** An agent asks for the offer; one that is to be cancelled ends here and is not given. */
export function lease(draft: Draft, stage: RunningStage, hostRun: ConcernedHostRun): void {
  if (hostRun.phase !== 'offered' || endCancelled(draft, stage, hostRun)) return;
  place(stage, hostRun, 'leased');
  hostRun.fencingToken += 1;
  if (hostRun.state === 'waiting') hostRun.state = 'leased';
}

/** The agent or server has begun a step; one out of order changes nothing. */
export function startStep(draft: Draft, hostRun: ConcernedHostRun, index: number): void {
  const step = hostRun.steps[index];
  if (!step || index !== hostRun.nextStep || hostRun.phase !== phaseOf(step)) return;
  run(draft, hostRun);
  draft.commands.push({ do: 'record-step', index, state: 'running', reason: null, reasonText: null });
}

/** A step has ended: on an agent the lease goes on, on the server the next segment starts. */
export function endStep(
  draft: Draft,
  stage: RunningStage,
  hostRun: ConcernedHostRun,
  index: number,
  outcome: StepOutcome,
): void {
  const step = hostRun.steps[index];
  if (!step || index !== hostRun.nextStep) return;
  if (hostRun.phase !== phaseOf(step)) return;
  run(draft, hostRun);
  draft.commands.push({ do: 'record-step', index, ...outcome });
  const passedOver = outcome.state === 'failed' && step.ignoresFailure;
  // A step that was cut short was not done: the run can't have succeeded, even when it was the last one.
  if (outcome.state === 'succeeded' || passedOver) hostRun.nextStep += 1;
  else note(hostRun, outcome);
  if (hostRun.phase === 'server') goOn(draft, stage, hostRun);
}

/** The agent has nothing more to say about its lease. */
export function endLease(draft: Draft, stage: RunningStage, hostRun: ConcernedHostRun): void {
  if (hostRun.phase !== 'leased') return;
  if (hostRun.steps[hostRun.nextStep]?.where === 'agent' && !failed(hostRun)) {
    draft.commands.push({ do: 'interrupt-steps', reason: hostRun.cancelAsked ? 'cancelled' : 'interrupted' });
    if (!hostRun.cancelAsked) {
      note(hostRun, {
        state: 'interrupted',
        reason: 'interrupted',
        reasonText: 'The agent gave the run back unfinished.',
      });
    }
  }
  goOn(draft, stage, hostRun);
}

/** The holder is gone. */
export function lose(draft: Draft, stage: RunningStage, hostRun: ConcernedHostRun, text: string): void {
  if (hostRun.phase !== 'leased') return;
  draft.commands.push({ do: 'interrupt-steps', reason: 'lost' });
  end(draft, stage, hostRun, 'lost', 'lost', text);
}

/** How many leases its agent steps up to the next one take when none is given twice. */
function segmentsSoFar({ steps, nextStep }: ConcernedHostRun): number {
  const begun = steps.slice(0, nextStep + 1);
  return begun.filter(({ where }, index) => where === 'agent' && begun[index - 1]?.where !== 'agent').length;
}

/** In which phase a host run carries the step out. */
function phaseOf(step: StepRules): 'leased' | 'server' {
  return step.where === 'agent' ? 'leased' : 'server';
}

/** While a host run has not ended, `reason` holds why it will not succeed; before a cancel is carried out, why it was asked. */
function failed(hostRun: ConcernedHostRun): boolean {
  return hostRun.reason !== null && !hostRun.cancelAsked;
}

function note(hostRun: ConcernedHostRun, outcome: StepOutcome): void {
  if (outcome.state !== 'failed' && hostRun.cancelAsked) return;
  if (outcome.state === 'cancelled') {
    // A step that was cancelled without anybody asking was stopped with its agent.
    hostRun.reason ??= 'interrupted';
    hostRun.reasonText ??= outcome.reasonText;
    return;
  }
  if (failed(hostRun)) return;
  hostRun.cancelAsked = false;
  hostRun.reason = outcome.reason ?? 'step-error';
  hostRun.reasonText = outcome.reasonText;
}

function goOn(draft: Draft, stage: RunningStage, hostRun: ConcernedHostRun): void {
  if (failed(hostRun)) end(draft, stage, hostRun, 'failed', hostRun.reason, hostRun.reasonText);
  else if (hostRun.nextStep >= hostRun.steps.length) end(draft, stage, hostRun, 'succeeded', null, null);
  else if (!endCancelled(draft, stage, hostRun)) startNextSegment(draft, stage, hostRun);
}

/** Ends the host run when that was asked for; answers whether it was. */
function endCancelled(draft: Draft, stage: RunningStage, hostRun: ConcernedHostRun): boolean {
  if (!hostRun.cancelAsked) return false;
  // Its agent has given it back in the middle of a step.
  if (hostRun.phase === 'offered') draft.commands.push({ do: 'interrupt-steps', reason: 'cancelled' });
  end(draft, stage, hostRun, 'cancelled', hostRun.reason ?? 'cancelled', hostRun.reasonText);
  return true;
}

function startNextSegment(draft: Draft, stage: RunningStage, hostRun: ConcernedHostRun): void {
  const index = hostRun.nextStep;
  if (hostRun.steps[index]?.where === 'server') {
    place(stage, hostRun, 'server');
    draft.commands.push({ do: 'run-server-step', index });
  } else {
    place(stage, hostRun, 'offered');
    draft.commands.push({ do: 'offer' });
  }
}

function run(draft: Draft, hostRun: ConcernedHostRun): void {
  if (hostRun.state === 'waiting' || hostRun.state === 'leased') hostRun.state = 'running';
  hostRun.startedAt ??= draft.at;
}

function end(
  draft: Draft,
  stage: RunningStage,
  hostRun: ConcernedHostRun,
  state: HostRunState,
  reason: EndReason | null,
  text: string | null,
): void {
  if (!hostRunEnded(state)) throw new Error(`${state} is no end of a host run`);
  place(stage, hostRun, 'ended');
  hostRun.state = state;
  hostRun.reason = reason;
  hostRun.reasonText = text;
  hostRun.endedAt = draft.at;
  draft.commands.push({ do: 'release-host-run' });
  if (state === 'succeeded') stage.succeeded += 1;
  else if (state === 'skipped') stage.skipped += 1;
  else if (state === 'cancelled') stage.cancelled += 1;
  else {
    stage.failed += 1;
    hearFailure(draft, stage);
  }
  settle(draft, stage);
}

/** Which counter of the stage a host run stands in: one that has begun stays `held` while its next segment is offered. */
function counterOf(hostRun: ConcernedHostRun, phase: Exclude<ConcernedHostRun['phase'], 'ended'>) {
  if (phase === 'leased' || phase === 'server') return 'held';
  return phase === 'offered' && hostRun.state !== 'waiting' ? 'held' : phase;
}

/** Moves the host run to another phase and keeps the stage's counters of phases right. */
function place(stage: RunningStage, hostRun: ConcernedHostRun, phase: ConcernedHostRun['phase']): void {
  if (hostRun.phase !== 'ended') stage[counterOf(hostRun, hostRun.phase)] -= 1;
  if (phase !== 'ended') stage[counterOf(hostRun, phase)] += 1;
  hostRun.phase = phase;
}
