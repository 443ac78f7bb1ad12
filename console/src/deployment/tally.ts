import type { HostRunState, HostRunView } from '../api.ts';

/** From the done ones to those that wait: the order in which states are counted up, as words and as a bar. */
const order: readonly HostRunState[] = [
  'succeeded',
  'skipped',
  'failed',
  'lost',
  'cancelled',
  'running',
  'leased',
  'waiting',
];

/** How many hosts are in one state, and how many in the states before it. */
export interface StateCount {
  readonly state: HostRunState;
  readonly count: number;
  readonly before: number;
}

/** How many hosts are in each state; states without any are left out. */
export function countStates(hostRuns: readonly HostRunView[]): StateCount[] {
  const counts = new Map<HostRunState, number>();
  for (const { state } of hostRuns) counts.set(state, (counts.get(state) ?? 0) + 1);
  let before = 0;
  return order.flatMap((state) => {
    const count = counts.get(state) ?? 0;
    before += count;
    return count === 0 ? [] : [{ state, count, before: before - count }];
  });
}
