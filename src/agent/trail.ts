import type { AgentEvent, HeldLease } from '../engine/protocol.ts';
import type { JournalRecord, JournalSpan } from './journal.ts';
import { type AgentRecord, leaseKey } from './records.ts';

/** What the journal tells of one lease. */
export interface Trail extends HeldLease {
  readonly accepted: Extract<AgentRecord, { kind: 'lease' }>;
  readonly events: { event: AgentEvent; span: JournalSpan }[];
  /** Everything that is no event. */
  readonly notes: { note: AgentRecord; span: JournalSpan }[];
  /** The last event that the server is known to have. */
  acknowledged: number;
}

/** Where a lease was when its agent stopped. */
export interface Progress {
  /** A step that had begun and not ended. */
  readonly running?: number;
  /** The step that would have begun next. Both are absent when all steps have ended or a failure skipped the rest. */
  readonly next?: number;
}

/** Groups the journal's records by lease, in the order in which the leases were accepted. */
export function readTrails(found: readonly JournalRecord[]): Trail[] {
  const trails = new Map<string, Trail>();
  for (const { record, span } of found) {
    const each = record as AgentRecord | AgentEvent;
    if (each.kind === 'lease') {
      const { hostRunId, fencingToken } = each;
      trails.set(leaseKey(each), {
        hostRunId,
        fencingToken,
        accepted: each,
        events: [],
        notes: [{ note: each, span }],
        acknowledged: 0,
      });
      continue;
    }
    const trail = trails.get(leaseKey(each));
    if (!trail) continue;
    if ('sequence' in each && each.kind !== 'acknowledged') trail.events.push({ event: each, span });
    else trail.notes.push({ note: each, span });
    if (each.kind === 'acknowledged') trail.acknowledged = Math.max(trail.acknowledged, each.sequence);
  }
  return [...trails.values()];
}

/** Whether everything of the lease is reported, and whether the server has all of it. */
export function isOver(trail: Trail): { reported: boolean; acknowledged: boolean } {
  const last = trail.events.at(-1)?.event;
  const reported = last?.kind === 'lease-ended' || last?.kind === 'lease-returned';
  return { reported, acknowledged: reported && trail.acknowledged >= last.sequence };
}

/** How far the steps of a lease had come. */
export function progressOf(trail: Trail): Progress {
  const states = new Map<number, AgentEvent>();
  for (const { event } of trail.events) {
    if (event.kind === 'step-started' || event.kind === 'step-ended') states.set(event.index, event);
  }
  for (const step of trail.accepted.steps) {
    const state = states.get(step.index);
    if (!state) return { next: step.index };
    if (state.kind === 'step-started') return { running: step.index };
    if (state.kind !== 'step-ended') continue;
    const goesOn = state.state === 'succeeded' || (state.state === 'failed' && step.isFailureIgnored);
    if (!goesOn) return {};
  }
  return {};
}
