import type { Input } from './driver.ts';
import type { LiveLeases } from './live-leases.ts';

/** The lease may have run out. `live`: one that its agent names to this server is alive whatever its row says. */
export function expire(hostRunId: number, live: LiveLeases): Input<void> {
  return {
    hostRuns: [hostRunId],
    run: async (session) => {
      const hostRun = await session.hostRun(hostRunId);
      const { unit, context } = session;
      if (hostRun?.phase !== 'leased' || (hostRun.lease_until ?? 0) >= unit.now) return;
      if (live.namedWithin(hostRunId, context.timing.lease)) return;
      const text = 'The agent was not heard any more while it held the run.';
      await session.feed({ kind: 'lost', at: unit.now, text }, hostRun);
    },
  };
}

/** The host's agent was replaced, or the host removed: its lease is worthless. */
export function loseHost(hostRunId: number, text: string): Input<void> {
  return {
    hostRuns: [hostRunId],
    run: async (session) => {
      const hostRun = await session.hostRun(hostRunId);
      if (hostRun) await session.feed({ kind: 'lost', at: session.unit.now, text }, hostRun);
    },
  };
}

/** The host that something is offered to may be down. Answers whether the offer still stands. */
export function lookForHost(hostRunId: number): Input<boolean> {
  return {
    hostRuns: [hostRunId],
    run: async (session) => {
      const hostRun = await session.hostRun(hostRunId);
      if (hostRun?.phase !== 'offered') return false;
      if ((await session.up([hostRun])).has(hostRunId)) return true;
      await session.feed({ kind: 'host-down', at: session.unit.now }, hostRun);
      return false;
    },
  };
}
