import type { Lease } from '../engine/protocol.ts';
import type { AgentStep } from '../engine/steps/index.ts';
import type { BlobCache } from './blob-cache.ts';
import { idempotentKinds } from './idempotent-kinds.ts';
import type { InstanceReporter, Supervisor } from './instances/index.ts';
import type { Outbox } from './outbox.ts';
import { createOutputWriter } from './output-writer.ts';
import { startTime } from './process-table.ts';
import type { AgentEventBody } from './records.ts';
import {
  type EndCause,
  endedBy,
  execute,
  inWords,
  type StepContext,
  type StepOutcome,
  stepError,
} from './steps/index.ts';

/** What every lease of this agent needs. */
export interface LeaseParts {
  readonly outbox: Outbox;
  readonly blobs: BlobCache;
  readonly supervisor: Supervisor;
  readonly instanceReporter: InstanceReporter;
  readonly stepsFolder: string;
  /** In every mark, so that those of two agents on one machine differ. */
  readonly installation: string;
  readonly graceMilliseconds: number;
  /** The marks of the steps that run now; kept up to date here. */
  readonly runningMarks: Set<string>;
}

/** A lease that is being worked on. */
export interface LeaseRun {
  readonly lease: Lease;
  /** Ends the running step as its `onCancel` says and starts no further one. The first call counts. */
  end(cause: Exclude<EndCause, 'timeout'>): void;
  /** Resolves when no further event comes. Never rejects. */
  readonly done: Promise<void>;
}

/** Unique among all steps of all agents on this machine. */
export function markOf(
  installation: string,
  lease: Pick<Lease, 'hostRunId' | 'fencingToken'>,
  index: number,
): string {
  return `${installation}.${lease.hostRunId}.${lease.fencingToken}.${index}`;
}

/** Where a lease goes on after a restart of the agent. */
export interface Resumption {
  /** The index of the first step to run. */
  readonly from: number;
  /** An idempotent step whose start has been reported: it runs anew without being reported again. */
  readonly alreadyStarted?: number;
  /** The lease was cancelled meanwhile: nothing is run any more. */
  readonly isCancelled?: boolean;
  /** Why nothing of a new lease can be run. */
  readonly refusal?: string;
}

/** Runs the steps of a lease in order; all of them, or those that are left after a restart. */
export function runLease(lease: Lease, parts: LeaseParts, resumption: Resumption = { from: 0 }): LeaseRun {
  const stop = new AbortController();
  if (resumption.isCancelled) stop.abort('cancelled');
  /** The agent ends, and may be back soon: what is left can wait for its next process. */
  const isLeaving = () => stop.signal.reason === 'interrupted';
  const giveBack = () => parts.outbox.add(lease, { kind: 'lease-returned', at: Date.now() });
  const run = async () => {
    for (const { index, step } of lease.steps) {
      if (index < resumption.from) continue;
      const isReported = index === resumption.alreadyStarted;
      if (stop.signal.aborted && !isReported) {
        if (isLeaving()) return giveBack();
        break;
      }
      let outcome: StepOutcome;
      if (resumption.refusal) outcome = stepError(resumption.refusal);
      else if (stop.signal.aborted) outcome = endedBy(stop.signal.reason, step.timeoutSeconds);
      else outcome = await runStep(step, index, isReported);
      if (isLeaving() && outcome.state === 'interrupted' && idempotentKinds.has(step.kind)) return giveBack();
      parts.outbox.add(lease, { kind: 'step-ended', index, at: Date.now(), ...reportable(outcome) });
      const isPassedOver = outcome.state === 'failed' && step.onFailure === 'ignore';
      if (resumption.refusal || (outcome.state !== 'succeeded' && !isPassedOver)) break;
    }
    parts.outbox.add(lease, { kind: 'lease-ended', at: Date.now() });
  };

  async function runStep(step: AgentStep, index: number, isReported: boolean): Promise<StepOutcome> {
    const ending = new AbortController();
    const endStep = () => {
      if (step.onCancel !== 'finish') ending.abort(stop.signal.reason);
    };
    try {
      // In the journal before the step begins: after a crash nothing that may have run is taken for not begun.
      if (!isReported) parts.outbox.add(lease, { kind: 'step-started', index, at: Date.now() }, true);
    } catch (error) {
      return stepError(`not started, as the agent's journal cannot be written: ${inWords(error)}`);
    }
    const mark = markOf(parts.installation, lease, index);
    parts.runningMarks.add(mark);
    const timer = setTimeout(() => ending.abort('timeout'), step.timeoutSeconds * 1000);
    stop.signal.addEventListener('abort', endStep);
    try {
      const outcome = await execute(step, contextOf(index, mark, ending.signal));
      return ending.signal.aborted && step.kind === 'script'
        ? endedBy(ending.signal.reason, step.timeoutSeconds)
        : outcome;
    } catch (error) {
      if (ending.signal.aborted) return endedBy(ending.signal.reason, step.timeoutSeconds);
      return stepError(inWords(error));
    } finally {
      clearTimeout(timer);
      stop.signal.removeEventListener('abort', endStep);
      parts.runningMarks.delete(mark);
    }
  }

  function contextOf(index: number, mark: string, signal: AbortSignal): StepContext {
    const add = (body: AgentEventBody) => parts.outbox.add(lease, body);
    return {
      signal,
      mark,
      stdout: createOutputWriter(index, 'stdout', add),
      stderr: createOutputWriter(index, 'stderr', add),
      hasRoom: () => parts.outbox.hasRoom,
      masked: lease.masked,
      stepsFolder: parts.stepsFolder,
      blobs: parts.blobs,
      supervisor: parts.supervisor,
      instanceReporter: parts.instanceReporter,
      graceMilliseconds: parts.graceMilliseconds,
      noteSpawned: (groupId) =>
        parts.outbox.note({
          kind: 'spawned',
          ...identity(lease),
          index,
          groupId,
          startTime: startTime(groupId),
        }),
      noteTemporary: (path) => parts.outbox.note({ kind: 'temporary', ...identity(lease), path }),
    };
  }

  return {
    lease,
    end: (cause) => stop.abort(cause),
    done: run(),
  };
}

/** The server takes a reason of at most 10,000 characters without NUL. */
function reportable(outcome: StepOutcome): StepOutcome {
  const reasonText = outcome.reasonText?.replaceAll('\0', '\ufffd').slice(0, 4000) ?? null;
  return { ...outcome, reasonText };
}

function identity(lease: Lease): { hostRunId: number; fencingToken: number } {
  return { hostRunId: lease.hostRunId, fencingToken: lease.fencingToken };
}
