/** The states of the three levels (docs/vocabulary.md). The last ones of each list are ends. */

/** Where a rollout stands. */
export type RolloutState =
  | 'queued'
  | 'running'
  | 'cancelling'
  | 'failing'
  | 'succeeded'
  | 'failed'
  | 'cancelled';
/** Where one host's share of a stage stands. */
export type HostRunState =
  | 'waiting'
  | 'leased'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'skipped'
  | 'lost';
/** Where one step of a host run stands. */
export type StepRunState =
  | 'pending'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'skipped'
  | 'interrupted';

/**
 * Why something ended as it did, for programs; `reasonText` beside it is for people.
 * `unreachable` the host was down when its turn came · `lost` the lease ran out · `timeout` · `cancelled` ·
 * `exit-code` · `step-error` a built-in step failed · `interrupted` the agent or server stopped in the middle ·
 * `lock-timeout` · `lock-broken` a lock was taken away before a final stage · `expand` the owner refused to expand a deferred stage · `server-lost` · `stage-failed`.
 */
export type EndReason =
  | 'unreachable'
  | 'lost'
  | 'timeout'
  | 'cancelled'
  | 'exit-code'
  | 'step-error'
  | 'interrupted'
  | 'lock-timeout'
  | 'lock-broken'
  | 'expand'
  | 'server-lost'
  | 'stage-failed';

/** Whether nothing more happens to a rollout in this state. */
export function rolloutEnded(state: RolloutState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}

/** Whether nothing more happens to a host run in this state. */
export function hostRunEnded(state: HostRunState): boolean {
  return state !== 'waiting' && state !== 'leased' && state !== 'running';
}

/** Whether nothing more happens to a step run in this state. */
export function stepRunEnded(state: StepRunState): boolean {
  return state !== 'pending' && state !== 'running';
}
