import type { EngineEvent } from './decide/index.ts';
import type { Input } from './driver.ts';
import type { AgentEvent } from './protocol.ts';
import type { StepDetail } from './session.ts';

/** An event that changes rows; output goes into files. */
export type StateEvent = Exclude<AgentEvent, { kind: 'output' }>;

/** A state event with what the server knows beside it. `at` is the server's time. */
export interface HeardEvent {
  readonly event: StateEvent;
  readonly at: number;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
}

/** What a report has changed, for the answer to its agent. */
export interface ReportOutcome {
  /** The lease was worthless; nothing was changed. */
  readonly late: boolean;
  readonly cancelAsked: boolean;
  /** The lease has ended. */
  readonly ended: boolean;
}

/** What an agent says of one lease. Events that are stored already are passed over. */
export function hear(
  lease: { hostRunId: number; fencingToken: number; host: string },
  events: readonly HeardEvent[],
): Input<ReportOutcome> {
  return {
    hostRuns: [lease.hostRunId],
    run: async (session) => {
      const hostRun = await session.hostRun(lease.hostRunId);
      if (
        hostRun?.host !== lease.host ||
        hostRun.fencing_token !== lease.fencingToken ||
        hostRun.phase !== 'leased'
      ) {
        const late = hostRun?.fencing_token !== lease.fencingToken || hostRun.state === 'lost';
        return { late, cancelAsked: false, ended: true };
      }
      for (const heard of events) {
        if (heard.event.sequence <= hostRun.sequence) continue;
        hostRun.sequence = heard.event.sequence;
        session.dirtyHostRuns.add(hostRun);
        const at = Math.min(session.unit.now, Math.max(heard.at, hostRun.leased_at ?? 0));
        await session.feed(eventOf(heard.event, at), hostRun, { at, ...detailOf(heard) });
      }
      return { late: false, cancelAsked: hostRun.cancel_asked === 1, ended: hostRun.phase !== 'leased' };
    },
  };
}

function eventOf(event: StateEvent, at: number): EngineEvent {
  switch (event.kind) {
    case 'step-started':
      return { kind: 'step-started', at, index: event.index };
    case 'step-ended': {
      const { state, reason, reasonText } = event;
      return { kind: 'step-ended', at, index: event.index, outcome: { state, reason, reasonText } };
    }
    case 'lease-returned':
    case 'lease-ended':
      return { kind: event.kind, at };
  }
}

function detailOf({ event, stdoutBytes, stderrBytes }: HeardEvent): StepDetail {
  return event.kind === 'step-ended' ? { exitCode: event.exitCode, stdoutBytes, stderrBytes } : {};
}
