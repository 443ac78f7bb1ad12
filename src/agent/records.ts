import type { AgentEvent, HeldLease, Lease } from '../engine/protocol.ts';
import type { AgentStepKind } from '../engine/steps/index.ts';

/** What the journal holds beside the events themselves. */
export type AgentRecord =
  /** A lease was accepted. `lease` is absent when it carries secrets: those are never written to the journal. */
  | (HeldLease & {
      readonly kind: 'lease';
      readonly leaseSeconds: number;
      readonly boot: string | undefined;
      readonly steps: readonly StepOutline[];
      readonly lease?: Lease;
    })
  /** A step's process group, and when its leader started. */
  | (HeldLease & {
      readonly kind: 'spawned';
      readonly index: number;
      readonly groupId: number;
      readonly startTime: string | undefined;
    })
  /** A file that a step is writing under a temporary name. */
  | (HeldLease & { readonly kind: 'temporary'; readonly path: string })
  /** The server has the events up to this one. */
  | (HeldLease & { readonly kind: 'acknowledged'; readonly sequence: number });

/** What is known of a step after a restart, whatever it holds. */
export interface StepOutline {
  readonly index: number;
  readonly kind: AgentStepKind;
  readonly isFailureIgnored: boolean;
}

/** The journal's record of a lease that was accepted in this boot of the machine. */
export function leaseRecord(lease: Lease, boot: string | undefined): Extract<AgentRecord, { kind: 'lease' }> {
  const hasSecrets = lease.masked.length > 0 || lease.steps.some(({ step }) => step.secrets?.length);
  return {
    kind: 'lease',
    hostRunId: lease.hostRunId,
    fencingToken: lease.fencingToken,
    leaseSeconds: lease.leaseSeconds,
    boot,
    steps: lease.steps.map(({ index, step }) => ({
      index,
      kind: step.kind,
      isFailureIgnored: step.onFailure === 'ignore',
    })),
    ...(hasSecrets ? {} : { lease }),
  };
}

/** An event before it has its place in the lease's order. */
export type AgentEventBody = AgentEvent extends infer Event
  ? Event extends AgentEvent
    ? Omit<Event, 'hostRunId' | 'fencingToken' | 'sequence'>
    : never
  : never;

/** One text for one lease, for maps and names. */
export function leaseKey(lease: HeldLease): string {
  return `${lease.hostRunId}.${lease.fencingToken}`;
}

/** Whether two leases are the same one. */
export function isSameLease(one: HeldLease, other: HeldLease): boolean {
  return one.hostRunId === other.hostRunId && one.fencingToken === other.fencingToken;
}
