/** The states of the three levels (docs/vocabulary.md). The last ones of each list are ends. */

export type RolloutState =
  | 'queued'
  | 'running'
  | 'cancelling'
  | 'failing'
  | 'succeeded'
  | 'failed'
  | 'cancelled';
export type HostRunState =
  | 'waiting'
  | 'leased'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'skipped'
  | 'lost';
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

export function rolloutEnded(state: RolloutState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}

export function hostRunEnded(state: HostRunState): boolean {
  return state !== 'waiting' && state !== 'leased' && state !== 'running';
}

export function stepRunEnded(state: StepRunState): boolean {
  return state !== 'pending' && state !== 'running';
}
