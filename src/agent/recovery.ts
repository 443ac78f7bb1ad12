import { rmSync } from 'node:fs';
import type { HeldLease, Lease } from '../engine/protocol.ts';
import { idempotentKinds } from './idempotent-kinds.ts';
import type { JournalRecord } from './journal.ts';
import { markOf, type Resumption } from './lease-run.ts';
import type { Outbox } from './outbox.ts';
import { endProcesses, type StepProcesses } from './process-end.ts';
import { bootId, startTime } from './process-table.ts';
import { markVariable } from './steps/index.ts';
import { isOver, progressOf, readTrails, type Trail } from './trail.ts';

/** A lease that an earlier process of this agent had in hand. */
export interface FoundLease {
  readonly lease: HeldLease & { readonly leaseSeconds: number };
  /** Set when the lease goes on, with the step at `from`. */
  readonly resume?: Resumption & { readonly lease: Lease };
}

interface RecoveryParts {
  readonly outbox: Outbox;
  readonly installation: string;
  readonly graceMilliseconds: number;
}

/**
 * Reads what an earlier process left: puts unacknowledged events back into the outbox, ends the processes of a step
 * that was running, and reports it as `interrupted`, unless it is idempotent: then it will run again, as soon as the
 * server has given the lease anew where its text is not on disk. After a new start of the machine the journal's last
 * lines may be missing: only a lease of nothing but idempotent steps goes on then. Returns the leases that are not
 * over yet.
 */
export async function recover(found: readonly JournalRecord[], parts: RecoveryParts): Promise<FoundLease[]> {
  const unfinished: FoundLease[] = [];
  for (const trail of readTrails(found)) {
    if (!isOver(trail).acknowledged) unfinished.push(await recoverLease(trail, parts));
  }
  return unfinished;
}

async function recoverLease(trail: Trail, parts: RecoveryParts): Promise<FoundLease> {
  const { outbox } = parts;
  for (const { span } of trail.notes) outbox.restoreNote(span);
  for (const { event, span } of trail.events) {
    outbox.restore(event, span, event.sequence <= trail.acknowledged);
  }
  const { hostRunId, fencingToken } = trail;
  const lease = { hostRunId, fencingToken, leaseSeconds: trail.accepted.leaseSeconds };
  if (isOver(trail).reported) return { lease };

  const { running, next } = progressOf(trail);
  if (running !== undefined) await endSurvivors(trail, running, parts);
  const isSameBoot = trail.accepted.boot === bootId();
  if (!isSameBoot) outbox.skipNumbers(lease);
  if (mayGoOn(trail, running, next, isSameBoot)) {
    const resume = isSameBoot ? resumption(trail, running, next) : undefined;
    if (resume) return { lease, resume };
    outbox.add(lease, { kind: 'lease-returned', at: Date.now() });
    return { lease };
  }
  const interrupted = running ?? next;
  if (interrupted !== undefined) {
    outbox.add(lease, {
      kind: 'step-ended',
      index: interrupted,
      at: Date.now(),
      state: 'interrupted',
      exitCode: null,
      reason: 'interrupted',
      reasonText: 'the agent was restarted in the middle; what was left of the step was ended',
    });
  }
  outbox.add(lease, { kind: 'lease-ended', at: Date.now() });
  return { lease };
}

/** Whether something is left, and it may be begun (again). */
function mayGoOn(
  { accepted: { steps } }: Trail,
  running: number | undefined,
  next: number | undefined,
  isSameBoot: boolean,
): boolean {
  if (running === undefined && next === undefined) return false;
  // Nobody knows then which of them ran.
  if (!isSameBoot) return steps.every(({ kind }) => idempotentKinds.has(kind));
  const kind = steps.find(({ index }) => index === running)?.kind;
  return running === undefined || (kind !== undefined && idempotentKinds.has(kind));
}

/** How a lease that may go on does so; undefined when its text is not on disk (secrets). */
function resumption(
  { accepted: { lease } }: Trail,
  running: number | undefined,
  next: number | undefined,
): FoundLease['resume'] | undefined {
  if (!lease) return undefined;
  if (running !== undefined) return { lease, from: running, alreadyStarted: running };
  return next === undefined ? undefined : { lease, from: next };
}

async function endSurvivors(trail: Trail, index: number, parts: RecoveryParts): Promise<void> {
  let groupId: number | undefined;
  for (const { note } of trail.notes) {
    if (note.kind === 'temporary') rmSync(note.path, { force: true });
    // A leader with another start time is a stranger that was given the same process id since, as is every process
    // after a new start of the machine.
    if (note.kind === 'spawned' && note.index === index && trail.accepted.boot === bootId()) {
      const now = startTime(note.groupId);
      groupId = now === undefined || now === note.startTime ? note.groupId : undefined;
    }
  }
  const mark = markOf(parts.installation, trail, index);
  const survivors: StepProcesses = { groupId, variable: `${markVariable}=${mark}` };
  await endProcesses(survivors, parts.graceMilliseconds);
}
