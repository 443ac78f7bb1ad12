import type { HostRunState, HostRunView } from '../api.ts';

/** The order in which states are counted up: what needs a look comes first. */
export const orderOfStates: readonly HostRunState[] = [
  'failed',
  'lost',
  'cancelled',
  'running',
  'leased',
  'waiting',
  'skipped',
  'succeeded',
];

/** How many hosts are in each state; states without any are left out. */
export function countStates(hostRuns: readonly HostRunView[]): { state: HostRunState; count: number }[] {
  return orderOfStates
    .map((state) => ({ state, count: hostRuns.filter((hostRun) => hostRun.state === state).length }))
    .filter(({ count }) => count > 0);
}
