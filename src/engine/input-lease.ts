import type { Input } from './driver.ts';
import type { HostRunRow } from './rows.ts';
import type { Session } from './session.ts';
import type { AgentStep } from './steps/index.ts';

/** What an agent is given, secrets still as placeholders. */
export interface Grant {
  readonly hostRunId: number;
  readonly host: string;
  readonly rollout: number;
  readonly rolloutId: string;
  readonly fencingToken: number;
  readonly title: string;
  readonly steps: readonly { readonly index: number; readonly step: AgentStep }[];
}

/** The agent of `host` takes an offer; undefined when it isn't offered any more. */
export function takeOffer(hostRunId: number, host: string): Input<Grant | undefined> {
  return {
    hostRuns: [hostRunId],
    run: async (session) => {
      const hostRun = await session.hostRun(hostRunId);
      if (hostRun?.host !== host || hostRun.phase !== 'offered') return undefined;
      await session.feed({ kind: 'leased', at: session.unit.now }, hostRun);
      return grant(session, hostRun);
    },
  };
}

/**
 * The agent of `host` doesn't name a lease: it is given again when that was a while ago and nothing was heard of it.
 * `gone`: it is no lease any more; undefined: not now.
 */
export function giveAgain(hostRunId: number, host: string): Input<Grant | 'gone' | undefined> {
  return {
    hostRuns: [hostRunId],
    run: async (session) => {
      const hostRun = await session.hostRun(hostRunId);
      if (hostRun?.host !== host || hostRun.phase !== 'leased') return 'gone';
      if (hostRun.sequence > 0) return undefined;
      const { redelivery } = session.context.timing;
      if (hostRun.cancel_asked === 1 || session.unit.now - (hostRun.leased_at ?? 0) < redelivery)
        return undefined;
      await session.feed({ kind: 'leased-again', at: session.unit.now }, hostRun);
      return grant(session, hostRun);
    },
  };
}

/** A lease could not be filled in: its first step fails as if the agent had said so. */
export function failGrant(taken: Grant, text: string): Input<void> {
  return {
    hostRuns: [taken.hostRunId],
    run: async (session) => {
      const hostRun = await session.hostRun(taken.hostRunId);
      const index = taken.steps[0]?.index ?? 0;
      if (hostRun?.fencing_token !== taken.fencingToken) return;
      const at = session.unit.now;
      const outcome = { state: 'failed', reason: 'step-error', reasonText: text } as const;
      await session.feed({ kind: 'step-ended', at, index, outcome }, hostRun);
      await session.feed({ kind: 'lease-ended', at }, hostRun);
    },
  };
}

function grant(session: Session, hostRun: HostRunRow): Grant | undefined {
  if (hostRun.phase !== 'leased' || hostRun.host === null) return undefined;
  hostRun.leased_at = session.unit.now;
  hostRun.lease_until = session.unit.now + session.context.timing.lease;
  return {
    hostRunId: hostRun.id,
    host: hostRun.host,
    rollout: session.row.number,
    rolloutId: session.row.id,
    fencingToken: hostRun.fencing_token,
    title: session.row.title,
    steps: agentSegment(session, hostRun),
  };
}

/** The agent steps from the next one on, up to a step of the server. */
function agentSegment(session: Session, hostRun: HostRunRow): Grant['steps'] {
  const segment: { index: number; step: AgentStep }[] = [];
  const steps = session.steps(hostRun);
  for (let index = hostRun.next_step; index < steps.length; index += 1) {
    const step = steps[index];
    if (step?.where !== 'agent') break;
    segment.push({ index, step });
  }
  return segment;
}
